import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { signerOf } from '../../rule-scope.ts';

export const authorityKeyIdentifierMatches = defineRule({
  id: 'rfc5280/authority-key-identifier-matches',
  title: 'authorityKeyIdentifier is the subject key identifier of the certificate whose key signs',
  clause: 'RFC 5280 §4.2.1.1',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  when: ({ authorityKeyIdentifier }) => authorityKeyIdentifier !== undefined,
  check: (subject, context) => {
    const found = subject.authorityKeyIdentifier?.keyIdentifier;
    if (found === undefined) return ['authorityKeyIdentifier has no keyIdentifier'];
    const { subjectKeyIdentifier } = signerOf(subject, context);
    const expected = subjectKeyIdentifier && hexOf(subjectKeyIdentifier);
    if (hexOf(found) === expected) return [];
    const whose = context.kind === 'root-ca' ? "the subject's own" : "the issuer's";
    return [`authorityKeyIdentifier is ${hexOf(found)}, expected ${whose} ${expected ?? '(there is none)'}`];
  },
});
