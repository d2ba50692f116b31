import { defineRule } from '../../rule.ts';

export const pathLengthAllowed = defineRule({
  id: 'rfc5280/path-length-allowed',
  title: 'a path length stands only beside cA TRUE and keyCertSign',
  clause: 'RFC 5280 §4.2.1.9',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ basicConstraints }) => basicConstraints?.pathLength !== undefined,
  check: ({ basicConstraints, keyUsage }) => [
    ...(basicConstraints?.ca ? [] : ['a path length is set although cA is FALSE']),
    ...(keyUsage?.names.includes('keyCertSign') ? [] : ['a path length is set although keyUsage lacks keyCertSign']),
  ],
});
