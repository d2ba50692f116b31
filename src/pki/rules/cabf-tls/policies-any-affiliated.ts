import { OID } from '../../../der/oid.ts';
import { hasOneOrganization } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

/** Who is an affiliate is not in the bytes: where the names differ, people have to know it. */
export const policiesAnyAffiliated = defineRule({
  id: 'cabf-tls/policies-any-affiliated',
  title: 'anyPolicy is only for a CA of the same organization, or of an affiliate',
  clause: 'TLS BR 2.2.6 §7.1.2.10.5',
  severity: 'notice',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofSubordinate(subject, context) && subject.certificatePolicies?.some(({ oid }) => oid === OID.anyPolicy) === true,
  check: ({ certificate }) =>
    hasOneOrganization(certificate)
      ? []
      : ['certificatePolicies has anyPolicy, and the subject names another organization than the issuer'],
});
