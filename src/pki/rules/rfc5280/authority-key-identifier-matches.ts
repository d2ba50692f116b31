import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';

export const authorityKeyIdentifierMatches = defineRule({
  id: 'rfc5280/authority-key-identifier-matches',
  title: 'in a self-signed certificate authority and subject key identifier are the same',
  clause: 'RFC 5280 §4.2.1.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ authorityKeyIdentifier }, { kind }) => kind === 'root-ca' && authorityKeyIdentifier !== undefined,
  check: ({ authorityKeyIdentifier, subjectKeyIdentifier }) => {
    const found = authorityKeyIdentifier?.keyIdentifier;
    if (found === undefined) return ['authorityKeyIdentifier has no keyIdentifier'];
    const own = subjectKeyIdentifier && hexOf(subjectKeyIdentifier);
    if (hexOf(found) === own) return [];
    return [`authorityKeyIdentifier is ${hexOf(found)}, expected the subject's own ${own ?? '(there is none)'}`];
  },
});
