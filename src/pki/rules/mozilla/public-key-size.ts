import { modulusOf } from '../../rsa-weakness.ts';
import { defineRule } from '../../rule.ts';

const LEAST_BITS = 2048;

export const publicKeySize = defineRule({
  id: 'mozilla/public-key-size',
  title: `an RSA modulus has at least ${LEAST_BITS} bits, and their number is divisible by 8`,
  clause: 'MRSP 3.1 §5.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => modulusOf(certificate.spki) !== undefined,
  check: ({ certificate }) => {
    const bits = modulusOf(certificate.spki)?.toString(2).length ?? 0;
    return [
      ...(bits < LEAST_BITS ? [`the RSA modulus has ${bits} bits, expected at least ${LEAST_BITS}`] : []),
      ...(bits % 8 !== 0 ? [`the RSA modulus has ${bits} bits, expected a multiple of 8`] : []),
    ];
  },
});
