import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const subjectPresent = defineRule({
  id: 'rfc5280/subject-present',
  title: 'the subject is not an empty name, but where subjectAltName names a responder',
  clause: 'RFC 5280 §4.1.2.6',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: (subject, context) => ofCa(subject, context) || subject.subjectAltName === undefined,
  check: ({ certificate }) => (certificate.subject.attributes.length > 0 ? [] : ['the subject is an empty name']),
});
