import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlDistributionPointsNotCritical = defineRule({
  id: 'rfc5280/crl-distribution-points-not-critical',
  title: 'cRLDistributionPoints is not critical',
  clause: 'RFC 5280 §4.2.1.13',
  severity: 'warning',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.cRLDistributionPoints) !== undefined,
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.cRLDistributionPoints) ? ['cRLDistributionPoints is critical'] : [],
});
