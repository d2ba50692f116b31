import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlFreshestNotCritical = defineRule({
  id: 'rfc5280/crl-freshest-not-critical',
  title: 'freshestCRL of a CRL is not critical',
  clause: 'RFC 5280 §5.2.6',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => extensionOf(crl.extensions, OID.freshestCRL) !== undefined,
  check: ({ crl }) => (isCritical(crl.extensions, OID.freshestCRL) ? ['freshestCRL is critical'] : []),
});
