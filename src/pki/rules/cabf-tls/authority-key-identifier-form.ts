import { authorityKeyIdentifierFaults } from '../../key-identifiers.ts';
import { defineRule } from '../../rule.ts';

export const authorityKeyIdentifierForm = defineRule({
  id: 'cabf-tls/authority-key-identifier-form',
  title: 'authorityKeyIdentifier holds keyIdentifier and nothing else',
  clause: 'TLS BR 2.2.6 §7.1.2.1.3, §7.1.2.11.1',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ authorityKeyIdentifier }) => authorityKeyIdentifier !== undefined,
  check: ({ authorityKeyIdentifier }) =>
    authorityKeyIdentifier ? authorityKeyIdentifierFaults(authorityKeyIdentifier) : [],
});
