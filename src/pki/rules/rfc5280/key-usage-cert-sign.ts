import { defineRule } from '../../rule.ts';

export const keyUsageCertSign = defineRule({
  id: 'rfc5280/key-usage-cert-sign',
  title: 'keyCertSign is set only in a CA certificate',
  clause: 'RFC 5280 §4.2.1.3, §4.2.1.9',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ keyUsage }) => keyUsage?.names.includes('keyCertSign') === true,
  check: ({ basicConstraints }) => (basicConstraints?.ca ? [] : ['keyUsage has keyCertSign although cA is not TRUE']),
});
