import { defineRule } from '../../rule.ts';
import { httpFaults } from '../../tls-urls.ts';

export const crlDistributionPointsForm = defineRule({
  id: 'cabf-tls/crl-distribution-points-form',
  title: 'a distribution point has http URLs, and neither reasons nor a CRL issuer',
  clause: 'TLS BR 2.2.6 §7.1.2.11.2',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints }) => crlDistributionPoints !== undefined,
  check: ({ crlDistributionPoints = [] }) =>
    crlDistributionPoints.flatMap(({ fullName, reasons, crlIssuer }, index) => {
      const what = `distribution point ${index + 1}`;
      return [
        ...(fullName ? httpFaults(what, fullName) : [`${what} has no fullName`]),
        ...(reasons ? [`${what} has reasons`] : []),
        ...(crlIssuer ? [`${what} has a cRLIssuer`] : []),
      ];
    }),
});
