import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlAuthorityKeyIdentifierNotCritical = defineRule({
  id: 'rfc5280/crl-authority-key-identifier-not-critical',
  title: 'authorityKeyIdentifier of a CRL is not critical',
  clause: 'RFC 5280 §5.2.1, §4.2.1.1',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl }) => extensionOf(crl.extensions, OID.authorityKeyIdentifier) !== undefined,
  check: ({ crl }) =>
    isCritical(crl.extensions, OID.authorityKeyIdentifier) ? ['authorityKeyIdentifier is critical'] : [],
});
