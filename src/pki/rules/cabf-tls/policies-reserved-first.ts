import { RESERVED_POLICIES } from '../../purposes.ts';
import { defineRule } from '../../rule.ts';

export const policiesReservedFirst = defineRule({
  id: 'cabf-tls/policies-reserved-first',
  title: 'the reserved policy is the first',
  clause: 'TLS BR 2.2.6 §7.1.2.10.5',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ certificatePolicies = [] }, { kind }) =>
    kind !== 'root-ca' && certificatePolicies.some(({ oid }) => RESERVED_POLICIES.includes(oid)),
  check: ({ certificatePolicies = [] }) =>
    RESERVED_POLICIES.includes(certificatePolicies[0]?.oid ?? '')
      ? []
      : [`the first policy is ${certificatePolicies[0]?.oid}, expected the reserved one`],
});
