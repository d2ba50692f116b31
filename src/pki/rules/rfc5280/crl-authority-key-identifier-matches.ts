import { CeremonyError } from '../../../base/errors.ts';
import { hexOf } from '../../../der/values.ts';
import { subjectKeyIdentifier } from '../../../x509/extensions.ts';
import { defineRule } from '../../rule.ts';

export const crlAuthorityKeyIdentifierMatches = defineRule({
  id: 'rfc5280/crl-authority-key-identifier-matches',
  title: "a CRL's authority key identifier is the subject key identifier of its issuer",
  clause: 'RFC 5280 §5.2.1',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ authorityKeyIdentifier }) => authorityKeyIdentifier !== undefined,
  check: ({ authorityKeyIdentifier }, { issuer }) => {
    const found = authorityKeyIdentifier?.keyIdentifier;
    if (found === undefined) return ['authorityKeyIdentifier has no keyIdentifier'];
    try {
      const expected = subjectKeyIdentifier(issuer.extensions);
      if (expected !== undefined && hexOf(found) === hexOf(expected)) return [];
      return [
        `authorityKeyIdentifier is ${hexOf(found)}, expected the issuer's ${expected ? hexOf(expected) : '(there is none)'}`,
      ];
    } catch (error) {
      if (error instanceof CeremonyError) return [`the issuer's subjectKeyIdentifier cannot be read: ${error.message}`];
      throw error;
    }
  },
});
