import { defineRule } from '../../rule.ts';

export const crlDistributionPointsAllReasons = defineRule({
  id: 'rfc5280/crl-distribution-points-all-reasons',
  title: 'some distribution point covers all reasons',
  clause: 'RFC 5280 §4.2.1.13',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints }) => crlDistributionPoints !== undefined,
  check: ({ crlDistributionPoints = [] }) =>
    crlDistributionPoints.some(({ reasons }) => reasons === undefined)
      ? []
      : ['every distribution point is for some reasons only, expected one for all of them'],
});
