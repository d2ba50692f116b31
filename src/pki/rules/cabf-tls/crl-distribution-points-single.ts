import { defineRule } from '../../rule.ts';

export const crlDistributionPointsSingle = defineRule({
  id: 'cabf-tls/crl-distribution-points-single',
  title: 'there is one distribution point',
  clause: 'TLS BR 2.2.6 §7.1.2.11.2',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints }) => crlDistributionPoints !== undefined,
  check: ({ crlDistributionPoints = [] }) =>
    crlDistributionPoints.length > 1
      ? [`there are ${crlDistributionPoints.length} distribution points, expected one`]
      : [],
});
