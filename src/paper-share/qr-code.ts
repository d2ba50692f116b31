import { secretBytes } from '../base/secret-bytes.ts';
import { bitsOf, codewordsOf } from './qr-codewords.ts';
import { GREATEST_VERSION, layoutOf, type QrLayout } from './qr-layout.ts';
import { penaltyOf } from './qr-penalty.ts';

/** A QR code. Which modules are dark is a secret as the text is. */
export interface QrCode {
  /** Modules along a side, without the quiet zone of four around it. */
  readonly size: number;
  /** Row by row from the upper left corner: 1 is dark. */
  readonly modules: Buffer;
}

/** Bits of level H in the format information (table 12). */
const LEVEL_H = 0b10;
const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];

/**
 * The smallest QR code of error correction level H that holds the text (ISO/IEC 18004:2015, Model 2).
 * @param text in ASCII: digits, capitals, blank and $%*+-./:
 * @returns the caller zeroes its modules
 * @throws RangeError for a text that is too long, or with another character
 */
export function qrCode(text: Uint8Array): QrCode {
  const layout = smallest(text.length);
  const { size } = layout;
  const codewords = codewordsOf(text, layout);
  const fixed = new Uint8Array(size * size);
  const bare = secretBytes(size * size);
  const drawn = secretBytes(size * size);
  const best = secretBytes(size * size);
  try {
    drawPatterns(bare, fixed, layout);
    place(bare, fixed, codewords, size);
    let least = Number.POSITIVE_INFINITY;
    for (const [mask, isFlipped] of MASKS.entries()) {
      for (let at = 0; at < drawn.length; at++)
        drawn[at] = bare[at]! ^ (fixed[at] === 0 && isFlipped(Math.floor(at / size), at % size) ? 1 : 0);
      drawFormat(drawn, mask, size);
      const penalty = penaltyOf(drawn, size);
      if (penalty < least) {
        least = penalty;
        best.set(drawn);
      }
    }
    return { size, modules: best };
  } finally {
    codewords.fill(0);
    bare.fill(0);
    drawn.fill(0);
  }
}

function smallest(length: number): QrLayout {
  for (let version = 1; version <= GREATEST_VERSION; version++) {
    const layout = layoutOf(version);
    if (bitsOf(length, layout) <= 8 * layout.dataBytes) return layout;
  }
  throw new RangeError(`${length} characters are too many for a QR code of version ${GREATEST_VERSION}`);
}

/** Finders, timing and alignment patterns, the dark module and the version; and which modules are none of the data's. */
function drawPatterns(modules: Uint8Array, fixed: Uint8Array, { version, size, alignment }: QrLayout): void {
  const put = (row: number, column: number, isDark: boolean) => {
    modules[row * size + column] = isDark ? 1 : 0;
    fixed[row * size + column] = 1;
  };
  for (let i = 0; i < size; i++) {
    put(6, i, i % 2 === 0);
    put(i, 6, i % 2 === 0);
  }
  const last = alignment.at(-1);
  for (const row of alignment) {
    for (const column of alignment) {
      const isAtFinder = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
      if (!isAtFinder) square(row, column, 2, (distance, r, c) => put(r, c, distance !== 1));
    }
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const) {
    square(row, column, 4, (distance, r, c) => {
      if (r >= 0 && r < size && c >= 0 && c < size) put(r, c, distance !== 2 && distance !== 4);
    });
  }
  for (const [row, column] of formatPlaces(size).flat()) put(row, column, false);
  put(size - 8, 8, true);
  if (version >= 7) {
    const bits = (version << 12) | remainder(version, 12, 0b1111100100101);
    for (let bit = 0; bit < 18; bit++) {
      const [a, b] = [size - 11 + (bit % 3), Math.floor(bit / 3)];
      put(a, b, ((bits >> bit) & 1) === 1);
      put(b, a, ((bits >> bit) & 1) === 1);
    }
  }
}

function square(row: number, column: number, reach: number, put: (distance: number, r: number, c: number) => void) {
  for (let r = -reach; r <= reach; r++)
    for (let c = -reach; c <= reach; c++) put(Math.max(Math.abs(r), Math.abs(c)), row + r, column + c);
}

/** In columns of two, from the right, upwards and downwards by turns (7.7.3). */
function place(modules: Uint8Array, fixed: Uint8Array, codewords: Uint8Array, size: number): void {
  let bit = 0;
  let isUpward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    // The vertical timing pattern has a column for itself.
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row: number = isUpward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        const at = row * size + column;
        if (fixed[at] === 1) continue;
        modules[at] = ((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
        bit += 1;
      }
    }
    isUpward = !isUpward;
  }
}

/** Twice the fifteen bits of level and mask, least significant first (7.9). */
function drawFormat(modules: Uint8Array, mask: number, size: number): void {
  const data = (LEVEL_H << 3) | mask;
  const bits = ((data << 10) | remainder(data, 10, 0b10100110111)) ^ 0b101010000010010;
  for (const places of formatPlaces(size)) {
    for (const [bit, [row, column]] of places.entries()) modules[row * size + column] = (bits >> bit) & 1;
  }
}

function formatPlaces(size: number): [number, number][][] {
  const beside: [number, number][] = [];
  const apart: [number, number][] = [];
  for (let bit = 0; bit < 15; bit++) {
    if (bit < 6) beside.push([bit, 8]);
    else if (bit < 8) beside.push([bit + 1, 8]);
    else if (bit === 8) beside.push([8, 7]);
    else beside.push([8, 14 - bit]);
    apart.push(bit < 8 ? [8, size - 1 - bit] : [size - 15 + bit, 8]);
  }
  return [beside, apart];
}

/** Of the division of data · x^degree by a generator over the field of two elements (annexes C and D). */
function remainder(data: number, degree: number, generator: number): number {
  let rest = data << degree;
  for (let bit = 31 - Math.clz32(rest); bit >= degree; bit--) {
    if ((rest >> bit) & 1) rest ^= generator << (bit - degree);
  }
  return rest;
}
