import { hasClosePrimes, hasRocaFingerprint, modulusOf } from '../../rsa-weakness.ts';
import { defineRule } from '../../rule.ts';

export const rsaWeakness = defineRule({
  id: 'private/rsa-weakness',
  title: 'an RSA modulus is neither of two close primes nor of the faulty library of CVE-2017-15361',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ certificate }) => modulusOf(certificate.spki) !== undefined,
  check: ({ certificate }) => {
    const modulus = modulusOf(certificate.spki) ?? 0n;
    return [
      ...(hasClosePrimes(modulus) ? ["the RSA modulus falls to Fermat's factorization"] : []),
      ...(hasRocaFingerprint(modulus) ? ['the RSA modulus has the ROCA fingerprint'] : []),
    ];
  },
});
