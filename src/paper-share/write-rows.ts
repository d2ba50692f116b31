import { secretBytes } from '../base/secret-bytes.ts';
import { characterOf } from './alphabet.ts';
import { markOfRow, ROW_BYTES } from './marks.ts';
import { carriedBytes, type PaperShare } from './payload.ts';
import { CHECK_SYMBOLS, checksOf, DATA_SYMBOLS, ROW_SYMBOLS, ROWS } from './row-code.ts';

/**
 * The seven rows of a share, in ASCII: 16 characters of it and 5 of checks each, without blanks.
 * @returns secrets, which the caller zeroes
 */
export function paperRows(share: PaperShare): Buffer[] {
  const carried = carriedBytes(share);
  const data = secretBytes(DATA_SYMBOLS);
  const rows: Buffer[] = [];
  try {
    for (let row = 1; row <= ROWS; row++) {
      symbolsInto(data, carried.subarray((row - 1) * ROW_BYTES, row * ROW_BYTES));
      const checks = checksOf({ row, mark: markOfRow(row, carried) }, data);
      const text = secretBytes(ROW_SYMBOLS);
      for (let i = 0; i < DATA_SYMBOLS; i++) text[i] = characterOf(data[i] as number);
      for (let i = 0; i < CHECK_SYMBOLS; i++) text[DATA_SYMBOLS + i] = characterOf(checks[i] as number);
      checks.fill(0);
      rows.push(text);
    }
    return rows;
  } finally {
    carried.fill(0);
    data.fill(0);
  }
}

/** Five bits to a symbol, the first bit of the first byte first. */
function symbolsInto(symbols: Uint8Array, bytes: Uint8Array): void {
  for (let i = 0; i < symbols.length; i++) {
    const bit = i * 5;
    const pair = ((bytes[bit >> 3] as number) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    symbols[i] = (pair >> (11 - (bit & 7))) & 31;
  }
}

/** What the QR code of a share holds: this, then the characters of all rows. Letters and digits alone, for scanners. */
export const SCAN_PREFIX = 'QUORATE1';

/** @returns a secret, which the caller zeroes */
export function scanText(rows: readonly Uint8Array[]): Buffer {
  const text = secretBytes(SCAN_PREFIX.length + ROWS * ROW_SYMBOLS);
  text.write(SCAN_PREFIX, 'latin1');
  for (const [index, row] of rows.entries()) text.set(row, SCAN_PREFIX.length + index * ROW_SYMBOLS);
  return text;
}
