import { checkPrimeSync } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { remembered } from '../base/remembered.ts';
import { hexOf } from '../der/values.ts';
import { checkEd25519 } from './ed25519.ts';
import type { SubjectPublicKeyInfo } from './model.ts';
import { type CurveName, type EcKey, isKnownKeyType, parsePublicKey, type RsaKey } from './public-key.ts';

/**
 * What is wrong with a public key, all of it: BR §6.1.5, §6.1.6, §7.1.3.1; SP 800-89 §5.3.3 (RSA) and SP 800-56A
 * §5.6.2.3.3 (EC, full validation; the curves have cofactor 1); `checkEd25519`. Empty where nothing is.
 */
export function checkPublicKey(spki: SubjectPublicKeyInfo): string[] {
  try {
    const key = parsePublicKey(spki);
    if (key.type === 'rsa') return checkRsa(key);
    if (key.type === 'ec') return checkEc(key);
    if (key.type === 'ed25519') return checkEd25519(key.point);
    const identifier = `algorithm identifier "${hexOf(spki.algorithm.der)}"`;
    return isKnownKeyType(key.oid)
      ? [`${identifier} is not one of the exact forms of RSA, P-256, P-384, P-521 and Ed25519`]
      : [`${identifier} is not of an RSA, EC or Ed25519 key`];
  } catch (error) {
    if (error instanceof CeremonyError) return [error.message];
    throw error;
  }
}

/** The largest modulus OpenSSL computes with, and so the largest that is worth checking. */
const MAX_MODULUS_BITS = 16384;

function checkRsa(key: RsaKey): string[] {
  const problems: string[] = [];
  if (key.modulusBits < 2048) problems.push(`RSA modulus has ${key.modulusBits} bits, expected at least 2048`);
  if (key.modulusBits % 8 !== 0) problems.push(`RSA modulus has ${key.modulusBits} bits, expected a multiple of 8`);
  problems.push(...checkExponent(key));
  if (key.modulusBits > MAX_MODULUS_BITS) {
    problems.push(`RSA modulus has ${key.modulusBits} bits, expected at most ${MAX_MODULUS_BITS}`);
    return problems;
  }
  const { factor, isPower } = structureOf(numberOf(key.modulus));
  if (factor === 2) problems.push('RSA modulus is even');
  else if (factor !== undefined)
    problems.push(`RSA modulus has the factor ${factor}, expected none below ${FACTOR_LIMIT}`);
  if (isPower) problems.push('RSA modulus is a power of one number, expected two primes');
  return problems;
}

/**
 * What is known of a modulus without its factors. That it is no prime needs an exponentiation (14 ms for 4096 bits, of
 * which no shorter proof is known), and one ceremony asks it of each key many times.
 */
const structureOf = remembered((modulus) => {
  const factor = smallFactor(modulus);
  return { factor, isPower: isPrime(modulus) || isPerfectPower(modulus, factor ?? FACTOR_LIMIT) };
});

function checkExponent(key: RsaKey): string[] {
  if (key.exponent.length > 32) return [`RSA exponent has ${key.exponent.length} bytes, expected less than 2^256`];
  const exponent = numberOf(key.exponent);
  const problems: string[] = [];
  if (exponent < 3n || exponent % 2n === 0n)
    problems.push(`RSA exponent is ${exponent}, expected an odd number of at least 3`);
  if (exponent < 65537n) problems.push(`RSA exponent is ${exponent}, expected at least 65537`);
  return problems;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${hexOf(bytes)}`);
}

const FACTOR_LIMIT = 752;
const SMALL_PRIMES: readonly number[] = primesBelow(FACTOR_LIMIT);

function primesBelow(limit: number): number[] {
  const primes: number[] = [];
  for (let n = 2; n < limit; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function smallFactor(n: bigint): number | undefined {
  return SMALL_PRIMES.find((prime) => n % BigInt(prime) === 0n);
}

function isPrime(n: bigint): boolean {
  return n > 1n && checkPrimeSync(n);
}

/**
 * Whether n = a^k for some k ≥ 2. It is enough to try prime k, and those for which a can be large enough.
 * @param least no factor of n is smaller, and so no root is: least^k ≤ n < 2^bits
 */
function isPerfectPower(n: bigint, least: number): boolean {
  const bits = n.toString(2).length;
  for (const k of primesBelow(Math.floor(bits / Math.log2(least)) + 1)) {
    const root = floorRoot(n, BigInt(k), bits);
    if (root > 1n && root ** BigInt(k) === n) return true;
  }
  return false;
}

/** The greatest r with r^k ≤ n, by Newton's method from above. */
function floorRoot(n: bigint, k: bigint, bits: number): bigint {
  let r = rootFromAbove(n, k, bits);
  for (;;) {
    const next = ((k - 1n) * r + n / r ** (k - 1n)) / k;
    if (next >= r) return r;
    r = next;
  }
}

const DOUBLE_BITS = 53;

/** No less than the root and close to it: by the logarithm of the leading bits, and a margin for what that rounds off. */
function rootFromAbove(n: bigint, k: bigint, bits: number): bigint {
  const rest = Math.max(0, bits - DOUBLE_BITS);
  const logarithm = (Math.log2(Number(n >> BigInt(rest))) + rest) / Number(k);
  const shift = Math.max(0, Math.floor(logarithm) - DOUBLE_BITS);
  const near = BigInt(Math.ceil(2 ** (logarithm - shift) * (1 + 2 ** -30)) + 1) << BigInt(shift);
  return near ** k > n ? near : 1n << BigInt(Math.ceil(bits / Number(k)));
}

/** y² = x³ − 3x + b over the field of p elements: SP 800-186 §3.2.1. */
const CURVES: Record<CurveName, { readonly size: number; readonly p: bigint; readonly b: bigint }> = {
  'P-256': {
    size: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    size: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  'P-521': {
    size: 66,
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};

function checkEc(key: EcKey): string[] {
  const { size, p, b } = CURVES[key.curve];
  const [form] = key.point;
  if (key.point.length === 1 && form === 0) return ['EC point is the point at infinity'];
  if (form !== 4) return [`EC point starts with ${hexOf(key.point.subarray(0, 1))}, expected 04 (uncompressed)`];
  if (key.point.length !== 1 + 2 * size)
    return [`EC point has ${key.point.length} bytes, expected ${1 + 2 * size} on ${key.curve}`];
  const x = numberOf(key.point.subarray(1, 1 + size));
  const y = numberOf(key.point.subarray(1 + size));
  const problems: string[] = [];
  if (x >= p) problems.push(`EC point has an x that is not below the prime of ${key.curve}`);
  if (y >= p) problems.push(`EC point has a y that is not below the prime of ${key.curve}`);
  if (problems.length === 0 && (y * y - (x * x * x - 3n * x + b)) % p !== 0n)
    problems.push(`EC point is not on the curve ${key.curve}`);
  return problems;
}
