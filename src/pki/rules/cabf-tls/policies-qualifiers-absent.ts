import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const policiesQualifiersAbsent = defineRule({
  id: 'cabf-tls/policies-qualifiers-absent',
  title: 'policies have no qualifiers',
  clause: 'TLS BR 2.2.6 §7.1.2.10.5',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofSubordinate(subject, context) && subject.certificatePolicies !== undefined,
  check: ({ certificatePolicies = [] }) =>
    certificatePolicies
      .filter(({ qualifiers }) => qualifiers !== undefined)
      .map(({ oid }) => `the policy ${oid} has qualifiers, which is not recommended`),
});
