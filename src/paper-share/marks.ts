import { createHash } from 'node:crypto';
import { HEADER_BYTES, headerOf, SET_BYTES } from './payload.ts';
import { MARKS } from './row-code.ts';

/** Bytes that a row carries: 16 symbols of five bits. */
export const ROW_BYTES = 10;
const FIRST_SECRET_ROW = HEADER_BYTES / ROW_BYTES + 1;

/**
 * The mark of a row, out of the rows before it: so a row of another page is known for what it is. Row 1 has none; row 2
 * has the first ten bits of SHA-256 of row 1; the rows of the secret have those of SHA-256 of the set id, plus x, so that
 * no two shares of a set have the same.
 * @param carried what the rows carry, at least of those before this one
 */
export function markOfRow(row: number, carried: Uint8Array): number {
  if (row === 1) return 0;
  if (row < FIRST_SECRET_ROW) return tenBits(carried.subarray(0, ROW_BYTES));
  return (tenBits(carried.subarray(1, 1 + SET_BYTES)) + headerOf(carried).x) % MARKS;
}

function tenBits(bytes: Uint8Array): number {
  return createHash('sha256').update(bytes).digest().readUInt16BE() >> 6;
}
