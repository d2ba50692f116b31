import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlAuthorityKeyIdentifierPresent = defineRule({
  id: 'rfc5280/crl-authority-key-identifier-present',
  title: 'a CRL has authorityKeyIdentifier',
  clause: 'RFC 5280 §5.2.1',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) =>
    extensionOf(crl.extensions, OID.authorityKeyIdentifier) ? [] : ['authorityKeyIdentifier is absent'],
});
