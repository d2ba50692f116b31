import { defineRule } from '../../rule.ts';

export const subjectPresent = defineRule({
  id: 'rfc5280/subject-present',
  title: 'the subject of a CA is not an empty name',
  clause: 'RFC 5280 §4.1.2.6',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => (certificate.subject.attributes.length > 0 ? [] : ['the subject is an empty name']),
});
