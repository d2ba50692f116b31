import { OID } from '../../../der/oid.ts';
import { isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlPartialNamed = defineRule({
  id: 'mozilla/crl-partial-named',
  title: 'a CRL that does not cover all certificates says so critically, with the URI where it lies',
  clause: 'MRSP 3.1 §5.2, §6.1.2',
  severity: 'error',
  effective: { from: '2023-02-15' },
  appliesTo: 'crl',
  when: ({ issuingDistributionPoint: point }) =>
    point !== undefined &&
    (point.onlyContainsUserCerts ||
      point.onlyContainsCACerts ||
      point.onlyContainsAttributeCerts ||
      point.onlySomeReasons !== undefined),
  check: ({ crl, issuingDistributionPoint: point }) => [
    ...(isCritical(crl.extensions, OID.issuingDistributionPoint)
      ? []
      : ['issuingDistributionPoint of a CRL of limited scope is not critical']),
    ...(point?.fullName?.some(({ kind }) => kind === 'uniformResourceIdentifier')
      ? []
      : ['issuingDistributionPoint of a CRL of limited scope has no distributionPoint with a URI']),
  ],
});
