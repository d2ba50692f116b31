import { keySizeOf } from '../../key-size.ts';
import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootKeySize = defineRule({
  id: 'microsoft/root-key-size',
  title: 'the key of a root is of RSA with at least 2048 bits, or of P-256, P-384 or P-521',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.20',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { spki } }) => {
    const size = keySizeOf(spki);
    if (size === undefined) return ['the key is neither of RSA nor of P-256, P-384 or P-521'];
    return size.type === 'ec' || size.bits >= 2048
      ? []
      : [`the RSA modulus has ${size.bits} bits, expected at least 2048`];
  },
});
