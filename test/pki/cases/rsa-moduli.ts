import { generateKeyPairSync } from 'node:crypto';

const numberOf = (base64url: string) => BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`);

/** The modulus of a sound 2048-bit key. */
export const good = numberOf(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }).n ?? '',
);

/** (r − 33)(r + 33) with r just above the root of a 2048-bit number: Fermat's method finds it in the first round. */
const r = (3n << 1022n) + 754n;
export const close = r * r - 33n * 33n;

const primes = Array.from({ length: 166 }, (_, i) => i + 2).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
});
const product = primes.reduce((m, prime) => m * BigInt(prime), 1n);

/** A power of 65537 modulo the product of the small primes, as the faulty library makes: 2048 bits. */
const residue = 65537n ** 17n % product;
export const roca = product * ((3n << 2046n) / product) + residue;
