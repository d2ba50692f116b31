import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointCritical = defineRule({
  id: 'rfc5280/crl-issuing-distribution-point-critical',
  title: 'issuingDistributionPoint is critical',
  clause: 'RFC 5280 §5.2.5',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => extensionOf(crl.extensions, OID.issuingDistributionPoint) !== undefined,
  check: ({ crl }) =>
    isCritical(crl.extensions, OID.issuingDistributionPoint) ? [] : ['issuingDistributionPoint is not critical'],
});
