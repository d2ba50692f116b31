import { hexOf } from '../der/values.ts';

/** −x² + y² = 1 + d·x²·y² over the field of p elements; the order of the subgroup is n, the cofactor 8 (RFC 8032 §5.1). */
const P = 2n ** 255n - 19n;
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const N = 2n ** 252n + 27742317777372353535851937790883648493n;
const SQRT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

export const ED25519_BYTES = 32;

/** X/Z and Y/Z are the coordinates, T is X·Y/Z (RFC 8032 §5.1.4). */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const NEUTRAL: Point = { x: 0n, y: 1n, z: 1n, t: 0n };

/**
 * What is wrong with an Ed25519 public key, at most one thing: the length, an encoding that is not the only one of its
 * point (RFC 8032 §5.1.3), a point of small order, or one outside the subgroup of prime order (SP 800-186 §D.1.3).
 * OpenSSL looks at the length alone; with a point of small order one signature fits many messages.
 */
export function checkEd25519(key: Uint8Array): string[] {
  if (key.length !== ED25519_BYTES) return [`Ed25519 key has ${key.length} bytes, expected ${ED25519_BYTES}`];
  const little = BigInt(`0x${hexOf(Uint8Array.from(key).reverse())}`);
  const y = little & (2n ** 255n - 1n);
  if (y >= P) return ['Ed25519 key has a y that is not below the prime of the field'];
  const x = rootOf(y);
  if (x === undefined) return ['Ed25519 key is not a point on the curve'];
  const isOdd = little >> 255n === 1n;
  if (x === 0n && isOdd) return ['Ed25519 key has the sign of an x that is 0'];
  const right = (x % 2n === 1n) === isOdd ? x : P - x;
  const point = { x: right, y, z: 1n, t: (right * y) % P };
  if (isNeutral(times(8n, point))) return ['Ed25519 key is a point of small order'];
  return isNeutral(times(N, point)) ? [] : ['Ed25519 key is a point outside the subgroup of prime order'];
}

/** One of the two x that go with y, or undefined (RFC 8032 §5.1.3, steps 2 and 3). */
function rootOf(y: bigint): bigint | undefined {
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  const x = (u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n)) % P;
  const found = (v * x * x) % P;
  if (found === u) return x;
  return found === mod(-u) ? (x * SQRT_OF_MINUS_1) % P : undefined;
}

function times(factor: bigint, point: Point): Point {
  let sum = NEUTRAL;
  for (const bit of factor.toString(2)) {
    sum = add(sum, sum);
    if (bit === '1') sum = add(sum, point);
  }
  return sum;
}

/** Complete: for any two points, also twice the same (RFC 8032 §5.1.4). */
function add(one: Point, other: Point): Point {
  const a = mod((one.y - one.x) * (other.y - other.x));
  const b = mod((one.y + one.x) * (other.y + other.x));
  const c = mod(2n * D * one.t * other.t);
  const d = mod(2n * one.z * other.z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

function isNeutral({ x, y, z }: Point): boolean {
  return x === 0n && y === z;
}

function mod(n: bigint): bigint {
  const rest = n % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * base) % P;
  }
  return result;
}
