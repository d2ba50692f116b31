import { defineRule } from '../../rule.ts';

export const keyUsageNotEmpty = defineRule({
  id: 'rfc5280/key-usage-not-empty',
  title: 'keyUsage has at least one bit set',
  clause: 'RFC 5280 §4.2.1.3',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ keyUsage }) => keyUsage !== undefined,
  check: ({ keyUsage }) => (keyUsage?.names.length === 0 ? ['keyUsage has no bit set'] : []),
});
