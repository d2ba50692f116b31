import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const subjectKeyIdentifierPresent = defineRule({
  id: 'rfc5280/subject-key-identifier-present',
  title: 'a CA certificate has subjectKeyIdentifier',
  clause: 'RFC 5280 §4.2.1.2',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: ofCa,
  check: ({ certificate }) =>
    extensionOf(certificate.extensions, OID.subjectKeyIdentifier) ? [] : ['subjectKeyIdentifier is absent'],
});
