import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

export const responderKeyUsage = defineRule({
  id: 'cabf-tls/responder-key-usage',
  title: 'keyUsage of an OCSP responder is digitalSignature alone',
  clause: 'TLS BR 2.2.6 §7.1.2.8.7',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofResponder,
  check: ({ keyUsage }) => {
    const names = keyUsage?.names ?? [];
    return names.length === 1 && names[0] === 'digitalSignature'
      ? []
      : [`keyUsage is ${names.join(' with ') || 'absent or empty'}, expected digitalSignature`];
  },
});
