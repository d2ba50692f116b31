import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointAbsent = defineRule({
  id: 'cabf-tls/crl-issuing-distribution-point-absent',
  title: 'a full and complete CRL has no issuingDistributionPoint; that of a partitioned one has a distributionPoint',
  clause: 'TLS BR 2.2.6 §7.2.2.1',
  severity: 'warning',
  version: 2,
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ issuingDistributionPoint }, { kind }) => kind === 'root-crl' && issuingDistributionPoint !== undefined,
  check: ({ issuingDistributionPoint: point }) =>
    point?.fullName === undefined && point?.relativeName === undefined
      ? ['issuingDistributionPoint has no distributionPoint, which is not recommended in a full CRL']
      : [],
});
