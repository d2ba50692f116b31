import { OID } from '../../../der/oid.ts';
import { extensionOf, isCritical } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const subjectKeyIdentifierNotCritical = defineRule({
  id: 'rfc5280/subject-key-identifier-not-critical',
  title: 'subjectKeyIdentifier is not critical',
  clause: 'RFC 5280 §4.2.1.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => extensionOf(certificate.extensions, OID.subjectKeyIdentifier) !== undefined,
  check: ({ certificate }) =>
    isCritical(certificate.extensions, OID.subjectKeyIdentifier) ? ['subjectKeyIdentifier is critical'] : [],
});
