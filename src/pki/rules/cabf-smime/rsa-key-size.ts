import { keySizeOf } from '../../key-size.ts';
import { defineRule } from '../../rule.ts';

export const rsaKeySize = defineRule({
  id: 'cabf-smime/rsa-key-size',
  title: 'an RSA modulus has at least 2048 bits, and their number is divisible by 8',
  clause: 'S/MIME BR 1.0.10 §6.1.5',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ({ certificate }) => keySizeOf(certificate.spki)?.type === 'rsa',
  check: ({ certificate }) => {
    const bits = keySizeOf(certificate.spki)?.bits ?? 0;
    return bits >= 2048 && bits % 8 === 0
      ? []
      : [`the RSA modulus has ${bits} bits, expected at least 2048, divisible by 8`];
  },
});
