import { authorityKeyIdentifierFaults } from '../../key-identifiers.ts';
import { defineRule } from '../../rule.ts';

export const crlAuthorityKeyIdentifierForm = defineRule({
  id: 'cabf-tls/crl-authority-key-identifier-form',
  title: 'authorityKeyIdentifier of a CRL holds keyIdentifier and nothing else',
  clause: 'TLS BR 2.2.6 §7.2.2, §7.1.2.11.1',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ authorityKeyIdentifier }) => authorityKeyIdentifier !== undefined,
  check: ({ authorityKeyIdentifier }) =>
    authorityKeyIdentifier ? authorityKeyIdentifierFaults(authorityKeyIdentifier) : [],
});
