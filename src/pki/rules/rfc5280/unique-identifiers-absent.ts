import { defineRule } from '../../rule.ts';

export const uniqueIdentifiersAbsent = defineRule({
  id: 'rfc5280/unique-identifiers-absent',
  title: 'issuerUniqueID and subjectUniqueID are absent',
  clause: 'RFC 5280 §4.1.2.8',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate }) => [
    ...(certificate.hasIssuerUniqueId ? ['issuerUniqueID is present'] : []),
    ...(certificate.hasSubjectUniqueId ? ['subjectUniqueID is present'] : []),
  ],
});
