import { OID } from '../../../der/oid.ts';
import { RESERVED_POLICIES } from '../../purposes.ts';
import { defineRule } from '../../rule.ts';
import { ofCross, ofTlsSubordinate } from '../../rule-scope.ts';

export const policiesForm = defineRule({
  id: 'cabf-tls/policies-form',
  title: 'certificatePolicies has either anyPolicy alone or exactly one reserved policy',
  clause: 'TLS BR 2.2.6 §7.1.2.10.5',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) =>
    (ofCross(subject, context) || ofTlsSubordinate(subject, context)) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) => {
    const oids = certificatePolicies.map(({ oid }) => oid);
    if (oids.includes(OID.anyPolicy))
      return oids.length === 1 ? [] : ['certificatePolicies has anyPolicy beside others, expected it alone'];
    const reserved = oids.filter((oid) => RESERVED_POLICIES.includes(oid)).length;
    return reserved === 1 ? [] : [`certificatePolicies has ${reserved} reserved policies, expected exactly one`];
  },
});
