import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaIndicatorCritical = defineRule({
  id: 'rfc5280/crl-delta-indicator-critical',
  title: 'deltaCRLIndicator is critical',
  clause: 'RFC 5280 §5.2.4',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => extensionOf(crl.extensions, OID.deltaCRLIndicator) !== undefined,
  check: ({ crl }) => (isCritical(crl.extensions, OID.deltaCRLIndicator) ? [] : ['deltaCRLIndicator is not critical']),
});
