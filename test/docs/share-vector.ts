import { hash } from 'node:crypto';
import { pinFrom, secretCheck, shareCommitment } from '../../src/quorum/share-set.ts';

/** The share set that docs/formats/share-set.md works through. Nothing in it is random, and nobody may ever use it. */
export const VECTOR = {
  set: '00112233445566778899aabbccddeeff',
  label: 'vector-hsm',
  threshold: 3,
  secret: Uint8Array.from({ length: 32 }, (_, index) => index),
  /** Coefficients of x and x² for each byte of the secret: SHA-256 of these two texts. */
  coefficients: ['a1', 'a2'].map((text) => hash('sha256', text, 'buffer')),
  points: [1, 2, 3, 100, 255],
} as const;

export interface VectorShare {
  readonly seat: string;
  readonly x: number;
  /** y bytes, then x. */
  readonly share: Uint8Array;
  readonly r: Uint8Array;
  readonly commitment: string;
}

/** Computed here by multiplication alone, apart from the tables of the library that the program uses. */
export function vectorShares(): VectorShare[] {
  const { set, secret, points } = VECTOR;
  const [first, second] = VECTOR.coefficients as unknown as [Buffer, Buffer];
  return points.map((x, index) => {
    const y = secret.map(
      (byte, at) => byte ^ multiply(first[at] as number, x) ^ multiply(second[at] as number, multiply(x, x)),
    );
    const r = hash('sha256', `r${x}`, 'buffer').subarray(0, 16);
    const share = Uint8Array.of(...y, x);
    return { seat: `crypto-officer-${index + 1}`, x, share, r, commitment: shareCommitment(set, x, r, y) };
  });
}

/** In the field of 256 elements whose polynomial is x⁸ + x⁴ + x³ + x + 1. */
export function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit--) {
    if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  }
  return product;
}

/** The lines of the page's table, as they are printed there. */
export function vectorLines(): string[] {
  const { set, secret, threshold, coefficients } = VECTOR;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const pin = (kind: 'user' | 'so', longest: number) =>
    pinFrom(secret, { id: set, kind, threshold, check: '', shares: [] }, longest).toString('latin1');
  return [
    `set         ${set}`,
    `secret      ${hex(secret)}`,
    `a1          ${hex(coefficients[0] as Uint8Array)}`,
    `a2          ${hex(coefficients[1] as Uint8Array)}`,
    ...vectorShares().flatMap(({ x, share, r, commitment }) => [
      '',
      `x           ${x}`,
      `share       ${hex(share)}`,
      `r           ${hex(r)}`,
      `commitment  ${commitment}`,
    ]),
    '',
    `check       ${secretCheck(set, secret)}`,
    `user PIN    ${pin('user', 64)}`,
    `so PIN      ${pin('so', 64)}`,
    `user PIN, at most 20 characters: ${pin('user', 20)}`,
  ];
}
