import { keySizeOf } from '../../key-size.ts';
import { defineRule } from '../../rule.ts';
import { ofCa } from '../../rule-scope.ts';

export const caKeySize = defineRule({
  id: 'cabf-cs/ca-key-size',
  title: 'the key of a CA is of RSA with at least 4096 bits, or of P-256, P-384 or P-521',
  clause: 'CSBR 3.10 §6.1.5.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofCa,
  check: ({ certificate: { spki } }) => {
    const size = keySizeOf(spki);
    if (size === undefined) return ['the key is neither of RSA nor of P-256, P-384 or P-521'];
    return size.type === 'ec' || size.bits >= 4096
      ? []
      : [`the RSA modulus has ${size.bits} bits, expected at least 4096`];
  },
});
