import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { SPKI_IDENTIFIERS } from '../../tls-algorithms.ts';

export const publicKeyAlgorithm = defineRule({
  id: 'cabf-tls/public-key-algorithm',
  title: 'the algorithm of the public key has exactly the prescribed bytes',
  clause: 'TLS BR 2.2.6 §7.1.3.1',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { spki } }) => {
    const hex = hexOf(spki.algorithm.der);
    return SPKI_IDENTIFIERS.includes(hex)
      ? []
      : [`the public key's algorithm is ${hex}, expected that of RSA, P-256, P-384 or P-521`];
  },
});
