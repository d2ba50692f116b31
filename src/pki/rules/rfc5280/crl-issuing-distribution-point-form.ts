import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointForm = defineRule({
  id: 'rfc5280/crl-issuing-distribution-point-form',
  title: 'issuingDistributionPoint says something, and limits the CRL to one kind of certificate at most',
  clause: 'RFC 5280 §5.2.5',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ issuingDistributionPoint }) => issuingDistributionPoint !== undefined,
  check: ({ issuingDistributionPoint: point }) => {
    if (point === undefined) return [];
    const kinds = [point.onlyContainsUserCerts, point.onlyContainsCACerts, point.onlyContainsAttributeCerts];
    const asserted = kinds.filter((kind) => kind).length;
    const named = point.fullName ?? point.relativeName ?? point.onlySomeReasons;
    return [
      ...(named === undefined && asserted === 0 && !point.indirectCRL
        ? ['issuingDistributionPoint is an empty sequence']
        : []),
      ...(asserted > 1
        ? [`issuingDistributionPoint limits the CRL to ${asserted} kinds of certificate, expected one at most`]
        : []),
    ];
  },
});
