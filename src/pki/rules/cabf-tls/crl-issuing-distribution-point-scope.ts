import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointScope = defineRule({
  id: 'cabf-tls/crl-issuing-distribution-point-scope',
  title: 'issuingDistributionPoint asserts neither attribute certificates nor user and CA certificates at once',
  clause: 'TLS BR 2.2.6 §7.2.2.1',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ issuingDistributionPoint }) => issuingDistributionPoint !== undefined,
  check: ({ issuingDistributionPoint: point }) => [
    ...(point?.onlyContainsAttributeCerts ? ['issuingDistributionPoint asserts onlyContainsAttributeCerts'] : []),
    ...(point?.onlyContainsUserCerts && point.onlyContainsCACerts
      ? ['issuingDistributionPoint asserts both onlyContainsUserCerts and onlyContainsCACerts']
      : []),
  ],
});
