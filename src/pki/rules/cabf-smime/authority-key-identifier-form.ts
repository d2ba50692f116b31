import { authorityKeyIdentifierFaults } from '../../key-identifiers.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const authorityKeyIdentifierForm = defineRule({
  id: 'cabf-smime/authority-key-identifier-form',
  title: 'a subordinate CA has authorityKeyIdentifier with keyIdentifier and nothing else',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: ({ authorityKeyIdentifier }) =>
    authorityKeyIdentifier
      ? authorityKeyIdentifierFaults(authorityKeyIdentifier)
      : ['authorityKeyIdentifier is absent'],
});
