import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointReasons = defineRule({
  id: 'cabf-tls/crl-issuing-distribution-point-reasons',
  title: 'issuingDistributionPoint has no onlySomeReasons',
  clause: 'TLS BR 2.2.6 §7.2.2.1',
  severity: 'warning',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ issuingDistributionPoint }) => issuingDistributionPoint !== undefined,
  check: ({ issuingDistributionPoint: point }) =>
    point?.onlySomeReasons ? ['issuingDistributionPoint has onlySomeReasons, which it should not'] : [],
});
