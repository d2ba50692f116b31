import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { SPKI_IDENTIFIERS } from '../../tls-algorithms.ts';

export const publicKeyAlgorithm = defineRule({
  id: 'mozilla/public-key-algorithm',
  title: 'the algorithm of the public key has exactly the bytes for RSA, P-256, P-384 or P-521',
  clause: 'MRSP 3.1 §5.1, §5.1.1, §5.1.2',
  severity: 'error',
  effective: { from: '2020-01-01' },
  appliesTo: 'certificate',
  check: ({ certificate: { spki } }) => {
    const hex = hexOf(spki.algorithm.der);
    return SPKI_IDENTIFIERS.includes(hex)
      ? []
      : [`the public key's algorithm is ${hex}, expected that of RSA, P-256, P-384 or P-521`];
  },
});
