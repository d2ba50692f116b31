import { secretBytes } from '../base/secret-bytes.ts';

/** Characters of a row that carry the share, five bits each; behind them the checks. */
export const DATA_SYMBOLS = 16;
export const CHECK_SYMBOLS = 5;
export const ROW_SYMBOLS = DATA_SYMBOLS + CHECK_SYMBOLS;
/** Rows of a share. */
export const ROWS = 7;
/** What ties a row to the rows before it: two symbols that are reckoned with, and not printed. */
export const MARKS = 1024;

/** Where a row stands, and the mark that it was made with. */
export interface Place {
  /** 1 to {@link ROWS}. */
  readonly row: number;
  /** 0 to {@link MARKS} - 1. */
  readonly mark: number;
}

/**
 * The coefficients of (z − α)(z − α²)(z − α³)(z − α⁴)(z − α⁵) below z⁵, highest first, in the field of 32 elements whose
 * polynomial is x⁵ + x² + 1, with α = x = 2.
 */
const GENERATOR: readonly number[] = generator();

/**
 * The five check symbols of a row: the remainder of a Reed-Solomon code of 24 symbols (row number, mark in two symbols,
 * 16 of the row, 5 checks), whose words differ in at least six of them. So up to five wrong characters in a row never
 * fit; and of what does not fit, up to two wrong characters never look like a row of another place.
 * @param data 16 symbols, 0 to 31; @returns a secret as the data is: the caller zeroes it
 */
export function checksOf({ row, mark }: Place, data: Uint8Array): Buffer {
  const remainder = secretBytes(CHECK_SYMBOLS);
  for (const symbol of [row, mark >> 5, mark & 31]) shift(remainder, symbol);
  for (const symbol of data) shift(remainder, symbol);
  return remainder;
}

/**
 * The place of a row whose checks fit it there; at most one does.
 * @param symbols 21 of them, as they were typed
 * @returns undefined when there is none: it was mistyped
 */
export function placeOf(symbols: Uint8Array): Place | undefined {
  const data = symbols.subarray(0, DATA_SYMBOLS);
  // The code is linear: what the place must contribute is the difference to the checks of place 0.
  const wanted = checksOf({ row: 0, mark: 0 }, data);
  for (let i = 0; i < CHECK_SYMBOLS; i++) (wanted[i] as number) ^= symbols[DATA_SYMBOLS + i] as number;
  const place = places().get(packed(wanted));
  wanted.fill(0);
  return place;
}

let known: ReadonlyMap<number, Place> | undefined;

/** What each place contributes to the checks → the place. */
function places(): ReadonlyMap<number, Place> {
  if (known) return known;
  const all = new Map<number, Place>();
  const nothing = new Uint8Array(DATA_SYMBOLS);
  for (let row = 1; row <= ROWS; row++)
    for (let mark = 0; mark < MARKS; mark++) all.set(packed(checksOf({ row, mark }, nothing)), { row, mark });
  known = all;
  return all;
}

function packed(symbols: Uint8Array): number {
  return symbols.reduce((bits, symbol) => (bits << 5) | symbol, 0);
}

/** One step of the division by the generator. */
function shift(remainder: Buffer, symbol: number): void {
  const factor = symbol ^ (remainder[0] as number);
  for (let i = 0; i < CHECK_SYMBOLS; i++)
    remainder[i] = (remainder[i + 1] ?? 0) ^ multiply(factor, GENERATOR[i] as number);
}

/** In the field of 32 elements. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 4; bit >= 0; bit--) {
    product <<= 1;
    if (product & 32) product ^= 0b100101;
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function generator(): number[] {
  let polynomial = [1];
  for (let power = 1, root = 2; power <= CHECK_SYMBOLS; power++, root = multiply(root, 2)) {
    const next = [...polynomial, 0];
    for (const [i, coefficient] of polynomial.entries()) (next[i + 1] as number) ^= multiply(coefficient, root);
    polynomial = next;
  }
  return polynomial.slice(1);
}
