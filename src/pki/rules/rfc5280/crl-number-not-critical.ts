import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlNumberNotCritical = defineRule({
  id: 'rfc5280/crl-number-not-critical',
  title: 'cRLNumber is not critical',
  clause: 'RFC 5280 §5.2.3',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => extensionOf(crl.extensions, OID.cRLNumber) !== undefined,
  check: ({ crl }) => (isCritical(crl.extensions, OID.cRLNumber) ? ['cRLNumber is critical'] : []),
});
