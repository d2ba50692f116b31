import { defineRule } from '../../rule.ts';

export const crlDistributionPointsReachable = defineRule({
  id: 'rfc5280/crl-distribution-points-reachable',
  title: 'a named distribution point has a URL of http or ldap',
  clause: 'RFC 5280 §4.2.1.13',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints = [] }) => crlDistributionPoints.some(({ fullName }) => fullName !== undefined),
  check: ({ crlDistributionPoints = [] }) =>
    crlDistributionPoints.flatMap(({ fullName }, index) =>
      fullName?.some(({ kind, value }) => kind === 'uniformResourceIdentifier' && /^(https?|ldaps?):/i.test(value)) ===
      false
        ? [`distribution point ${index + 1} has no URL of http or ldap`]
        : [],
    ),
});
