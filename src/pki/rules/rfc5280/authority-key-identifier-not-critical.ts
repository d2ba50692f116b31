import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const authorityKeyIdentifierNotCritical = defineRule({
  id: 'rfc5280/authority-key-identifier-not-critical',
  title: 'authorityKeyIdentifier is not critical',
  clause: 'RFC 5280 §4.2.1.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.authorityKeyIdentifier) !== undefined,
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.authorityKeyIdentifier) ? ['authorityKeyIdentifier is critical'] : [],
});
