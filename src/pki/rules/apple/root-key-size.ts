import { keySizeOf } from '../../key-size.ts';
import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootKeySize = defineRule({
  id: 'apple/root-key-size',
  title: 'the key of a root is of RSA with at least 4096 bits, or of ECDSA with at least 384',
  clause: 'Apple Root Program Policy 2.0 §1.5',
  severity: 'error',
  effective: { from: '2026-08-01' },
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { spki } }) => {
    const size = keySizeOf(spki);
    const least = size?.type === 'rsa' ? 4096 : 384;
    if (size && size.bits >= least) return [];
    return [`the key is ${size ? `of ${size.bits} bits, expected at least ${least}` : 'neither of RSA nor of ECDSA'}`];
  },
});
