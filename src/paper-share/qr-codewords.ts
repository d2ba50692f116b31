import { secretBytes } from '../base/secret-bytes.ts';
import type { QrLayout } from './qr-layout.ts';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const MODE = 0b0010;
const PADDING = [0xec, 0x11];

/** Bits of a text in alphanumeric mode: eleven to a pair of characters, six to one alone (7.4.4). */
export function bitsOf(length: number, { countBits }: QrLayout): number {
  return 4 + countBits + 11 * (length >> 1) + 6 * (length & 1);
}

/**
 * The codewords of a symbol, data and error correction, interleaved as they are placed (7.4 to 7.6).
 * @param text in ASCII, of the characters of alphanumeric mode; @returns a secret as the text is: the caller zeroes it
 */
export function codewordsOf(text: Uint8Array, layout: QrLayout): Buffer {
  const data = dataOf(text, layout);
  try {
    return interleaved(data, layout);
  } finally {
    data.fill(0);
  }
}

function dataOf(text: Uint8Array, layout: QrLayout): Buffer {
  const data = secretBytes(layout.dataBytes);
  let at = 0;
  const put = (value: number, bits: number) => {
    for (let bit = bits - 1; bit >= 0; bit--, at++) {
      if ((value >> bit) & 1) (data[at >> 3] as number) |= 128 >> (at & 7);
    }
  };
  put(MODE, 4);
  put(text.length, layout.countBits);
  for (let i = 0; i + 1 < text.length; i += 2) put(45 * characterAt(text, i) + characterAt(text, i + 1), 11);
  if (text.length & 1) put(characterAt(text, text.length - 1), 6);
  // The terminator is four zeros, or fewer where no more fit; zeros fill the byte.
  at = Math.min(at + 4, 8 * data.length);
  for (let i = (at + 7) >> 3, odd = 0; i < data.length; i++, odd ^= 1) data[i] = PADDING[odd] as number;
  return data;
}

function characterAt(text: Uint8Array, at: number): number {
  const value = ALPHANUMERIC.indexOf(String.fromCharCode(text[at] as number));
  if (value < 0) throw new RangeError('a character that alphanumeric mode does not have');
  return value;
}

/** The first byte of each block, the second of each, and so on; then the same of their error correction. */
function interleaved(data: Buffer, { blocks, correctionBytes }: QrLayout): Buffer {
  const all = secretBytes(data.length + blocks * correctionBytes);
  const short = Math.floor(data.length / blocks);
  const longFrom = blocks - (data.length % blocks);
  const generator = generatorOf(correctionBytes);
  let from = 0;
  for (let block = 0; block < blocks; block++) {
    const length = short + (block >= longFrom ? 1 : 0);
    const bytes = data.subarray(from, from + length);
    from += length;
    for (let i = 0; i < length; i++)
      all[i < short ? i * blocks + block : short * blocks + block - longFrom] = bytes[i]!;
    const correction = remainderOf(bytes, generator);
    for (let i = 0; i < correctionBytes; i++) all[data.length + i * blocks + block] = correction[i]!;
    correction.fill(0);
  }
  return all;
}

/** Of the division by the generator, in the field of 256 elements whose polynomial is x⁸ + x⁴ + x³ + x² + 1 (annex A). */
function remainderOf(bytes: Uint8Array, generator: Uint8Array): Buffer {
  const remainder = secretBytes(generator.length);
  for (const byte of bytes) {
    const factor = byte ^ (remainder[0] as number);
    for (let i = 0; i < remainder.length; i++)
      remainder[i] = (remainder[i + 1] ?? 0) ^ multiply(factor, generator[i] as number);
  }
  return remainder;
}

/** The coefficients of (z − 1)(z − 2)(z − 2²)… below the highest one, highest first. */
function generatorOf(degree: number): Uint8Array {
  let polynomial = Uint8Array.of(1);
  for (let power = 0, root = 1; power < degree; power++, root = multiply(root, 2)) {
    const next = new Uint8Array(polynomial.length + 1);
    next.set(polynomial);
    for (const [i, coefficient] of polynomial.entries()) (next[i + 1] as number) ^= multiply(coefficient, root);
    polynomial = next;
  }
  return polynomial.subarray(1);
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product <<= 1;
    if (product & 256) product ^= 0b100011101;
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}
