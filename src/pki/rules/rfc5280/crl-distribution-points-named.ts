import { defineRule } from '../../rule.ts';

export const crlDistributionPointsNamed = defineRule({
  id: 'rfc5280/crl-distribution-points-named',
  title: 'each distribution point has a name or a CRL issuer',
  clause: 'RFC 5280 §4.2.1.13',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints }) => crlDistributionPoints !== undefined,
  check: ({ crlDistributionPoints = [] }) =>
    crlDistributionPoints.flatMap(({ fullName, relativeName, crlIssuer }, index) =>
      fullName || relativeName || crlIssuer
        ? []
        : [`distribution point ${index + 1} has neither a name nor a CRL issuer`],
    ),
});
