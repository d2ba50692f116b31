import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const policiesQualifiersPermitted = defineRule({
  id: 'cabf-tls/policies-qualifiers-permitted',
  title: 'policies have no qualifiers but cps',
  clause: 'TLS BR 2.2.6 §7.1.2.10.5',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) =>
    certificatePolicies.flatMap(({ oid, qualifiers = [] }) =>
      qualifiers
        .filter((qualifier) => qualifier.oid !== OID.cps)
        .map(
          (qualifier) => `the policy ${oid} has the qualifier ${oidName(qualifier.oid) ?? qualifier.oid}, expected cps`,
        ),
    ),
});
