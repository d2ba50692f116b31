import { FERMAT_ROUNDS, hasClosePrimes, modulusOf } from '../../rsa-weakness.ts';
import { defineRule } from '../../rule.ts';

export const rsaClosePrimes = defineRule({
  id: 'cabf-tls/rsa-close-primes',
  title: `an RSA modulus does not fall to ${FERMAT_ROUNDS} rounds of Fermat's factorization`,
  clause: 'TLS BR 2.2.6 §6.1.1.3',
  severity: 'error',
  effective: { from: '2024-11-15' },
  appliesTo: 'certificate',
  when: ({ certificate }) => modulusOf(certificate.spki) !== undefined,
  check: ({ certificate }) => {
    const modulus = modulusOf(certificate.spki);
    if (modulus === undefined || !hasClosePrimes(modulus)) return [];
    return [
      `the RSA modulus is the product of two close numbers: ${FERMAT_ROUNDS} rounds of Fermat's method factor it`,
    ];
  },
});
