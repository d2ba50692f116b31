import { CeremonyError } from '../base/errors.ts';
import { remembered } from '../base/remembered.ts';
import { hexOf } from '../der/values.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { parsePublicKey } from '../x509/public-key.ts';

/** The modulus of an RSA key; undefined for other keys and for one that cannot be read. */
export function modulusOf(spki: SubjectPublicKeyInfo): bigint | undefined {
  try {
    const key = parsePublicKey(spki);
    return key.type === 'rsa' ? BigInt(`0x${hexOf(key.modulus)}`) : undefined;
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/**
 * TLS BR §6.1.1.3 asks for 100 rounds, and does not say whether the first is that at √n. Ten more, as other CAs do: so no
 * way of counting finds one that this lets pass.
 */
export const FERMAT_ROUNDS = 110;

/** Whether n = a² − b² with an a among the first `FERMAT_ROUNDS` from √n up: then both factors are near √n. */
export const hasClosePrimes = remembered((n) => {
  const root = floorSqrt(n);
  let a = root * root === n ? root : root + 1n;
  for (let round = 0; round < FERMAT_ROUNDS; round++, a++) {
    if (isSquare(a * a - n)) return true;
  }
  return false;
});

/** Squares end in one of 44 of 256 values in binary: the rest need no root. */
const SQUARE_ENDINGS: ReadonlySet<number> = new Set(Array.from({ length: 256 }, (_, i) => (i * i) & 0xff));

function isSquare(n: bigint): boolean {
  if (!SQUARE_ENDINGS.has(Number(n & 0xffn))) return false;
  const root = floorSqrt(n);
  return root * root === n;
}

/** The greatest r with r² ≤ n, by Newton's method from above. */
function floorSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let r = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (r + n / r) >> 1n;
    if (next >= r) return r;
    r = next;
  }
}

/** Those of the primes up to 167 modulo which 65537 does not generate everything. */
const ROCA_GROUPS = primesUpTo(167)
  .map((prime) => ({ prime, powers: powersOf65537(prime) }))
  .filter(({ prime, powers }) => prime > 2 && powers.size < prime - 1);

function primesUpTo(most: number): number[] {
  const primes: number[] = [];
  for (let n = 2; n <= most; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * (65537 % prime)) % prime) powers.add(power);
  return powers;
}

/**
 * Whether the modulus is a power of 65537 modulo every small prime, as those of the faulty library are (Nemec et
 * al., "The Return of Coppersmith's Attack", §2.3). By chance it is so for one modulus in about 2^30.
 */
export function hasRocaFingerprint(n: bigint): boolean {
  return ROCA_GROUPS.every(({ prime, powers }) => powers.has(Number(n % BigInt(prime))));
}
