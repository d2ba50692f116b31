import { secretBytes } from '../base/secret-bytes.ts';
import { isBetween, symbolOf } from './alphabet.ts';
import { markOfRow, ROW_BYTES } from './marks.ts';
import { CARRIED_BYTES, headerOf, type PaperHeader, type PaperShare, shareIn, VERSION } from './payload.ts';
import { DATA_SYMBOLS, placeOf, ROW_SYMBOLS, ROWS } from './row-code.ts';
import { SCAN_PREFIX } from './write-rows.ts';

/** What is wrong with a row that was typed. Nothing of what was typed stands in it. */
export type RowProblem = { readonly row: number } & (
  | { readonly kind: 'length'; readonly length: number }
  /** @param at the character of the row, from 1, blanks and hyphens not counted */
  | { readonly kind: 'character'; readonly at: number }
  /** Some characters are wrong, or stand in another order. */
  | { readonly kind: 'checksum' }
  /** It is a row of this share, and another one. */
  | { readonly kind: 'order'; readonly typed: number }
  /** It is a row of another share, typed as it stands there. */
  | { readonly kind: 'share'; readonly typed: number }
  | { readonly kind: 'version'; readonly version: number }
);

/** Each row fits, and yet they are not those of one share. */
export interface WholeProblem {
  readonly kind: 'whole';
}

/** One sentence of what is wrong, lower case, to follow nothing. */
export function describeRowProblem(problem: RowProblem | WholeProblem): string {
  if (problem.kind === 'whole') return 'each row fits, but together they are not one share';
  const { row } = problem;
  switch (problem.kind) {
    case 'length':
      return `row ${row}: ${problem.length} characters were typed; a row has ${ROW_SYMBOLS}`;
    case 'character':
      return `row ${row}: character ${problem.at} is none of the digits and letters that a row is made of`;
    case 'checksum':
      return `row ${row}: typing error: its last ${ROW_SYMBOLS - DATA_SYMBOLS} characters do not fit the others`;
    case 'order':
      return `row ${row}: this is row ${problem.typed}; rows are typed in their order`;
    case 'share':
      return problem.typed === row
        ? `row ${row}: it is typed right, and belongs to another share than the rows before it`
        : `row ${row}: this is row ${problem.typed} of another share`;
    case 'version':
      return `row ${row}: a paper share of version ${problem.version}; this program reads version ${VERSION}`;
  }
}

/**
 * Takes the rows of one share, each judged when it is typed. What it holds are secrets, until {@link forget}. Nothing is
 * corrected: a row that does not fit is refused, and may be typed again.
 */
export class RowReader {
  readonly #carried = secretBytes(CARRIED_BYTES);
  readonly #isTaken = new Array<boolean>(ROWS + 1).fill(false);

  /** @param typed ASCII, upper or lower case, with blanks and hyphens anywhere; left to its owner, who zeroes it */
  take(row: number, typed: Uint8Array): RowProblem | undefined {
    this.#isTaken[row] = false;
    const symbols = secretBytes(ROW_SYMBOLS);
    try {
      const problem = symbolsOf(row, typed, symbols) ?? this.#misplaced(row, symbols);
      if (problem) return problem;
      const version = versionIn(symbols);
      if (row === 1 && version !== VERSION) return { kind: 'version', row, version };
      bytesInto(this.#carried.subarray((row - 1) * ROW_BYTES, row * ROW_BYTES), symbols);
      this.#isTaken[row] = true;
      return undefined;
    } finally {
      symbols.fill(0);
    }
  }

  /** The first digits of the set id that the rows so far tell; nothing before row 1 is there. */
  get setBegins(): string {
    if (!this.#isTaken[1]) return '';
    return headerOf(this.#carried).set.slice(0, this.#isTaken[2] ? undefined : 2 * (ROW_BYTES - 1));
  }

  /** Undefined before rows 1 and 2 are there. */
  get header(): PaperHeader | undefined {
    return this.#isTaken[1] && this.#isTaken[2] ? headerOf(this.#carried) : undefined;
  }

  /** @returns a share whose holder zeroes it. @throws RangeError before all rows are there */
  share(): PaperShare | WholeProblem {
    if (this.#isTaken.slice(1).includes(false)) throw new RangeError('not all rows were taken');
    return shareIn(this.#carried) ?? { kind: 'whole' };
  }

  forget(): void {
    this.#carried.fill(0);
    this.#isTaken.fill(false);
  }

  #misplaced(row: number, symbols: Uint8Array): RowProblem | undefined {
    const place = placeOf(symbols);
    if (!place) return { kind: 'checksum', row };
    const { row: typed, mark } = place;
    const expected = this.#markOf(typed);
    if (expected !== undefined && mark !== expected) return { kind: 'share', row, typed };
    return typed === row ? undefined : { kind: 'order', row, typed };
  }

  /** Undefined while the rows that tell it are not there. */
  #markOf(row: number): number | undefined {
    if (row > 1 && !this.#isTaken[1]) return undefined;
    return row <= 2 || this.#isTaken[2] ? markOfRow(row, this.#carried) : undefined;
  }
}

/**
 * Reads all rows of a share at once.
 * @returns the share, whose `share` and `r` the caller zeroes; or every row that does not fit
 */
export function readRows(typed: readonly Uint8Array[]): PaperShare | readonly (RowProblem | WholeProblem)[] {
  if (typed.length !== ROWS) throw new RangeError(`${typed.length} rows`);
  const reader = new RowReader();
  try {
    const problems = typed.flatMap((text, index) => reader.take(index + 1, text) ?? []);
    if (problems.length > 0) return problems;
    const share = reader.share();
    return 'kind' in share ? [share] : share;
  } finally {
    reader.forget();
  }
}

/**
 * Whether a line is what a scanner reads in the QR code of a share, and not a row.
 * @returns its rows, views into the line; undefined for any other line
 */
export function scannedRows(line: Uint8Array): Uint8Array[] | undefined {
  if (line.length !== SCAN_PREFIX.length + ROWS * ROW_SYMBOLS) return undefined;
  for (let i = 0; i < SCAN_PREFIX.length; i++) {
    const code = line[i] as number;
    if (code !== SCAN_PREFIX.charCodeAt(i) && code !== SCAN_PREFIX.toLowerCase().charCodeAt(i)) return undefined;
  }
  return Array.from({ length: ROWS }, (_, index) => {
    const from = SCAN_PREFIX.length + index * ROW_SYMBOLS;
    return line.subarray(from, from + ROW_SYMBOLS);
  });
}

function symbolsOf(row: number, typed: Uint8Array, symbols: Uint8Array): RowProblem | undefined {
  let length = 0;
  let unknown: number | undefined;
  for (const code of typed) {
    if (isBetween(code)) continue;
    const value = symbolOf(code);
    if (value === undefined) unknown ??= length + 1;
    else if (length < ROW_SYMBOLS) symbols[length] = value;
    length += 1;
  }
  if (unknown !== undefined) return { kind: 'character', row, at: unknown };
  return length === ROW_SYMBOLS ? undefined : { kind: 'length', row, length };
}

function versionIn(symbols: Uint8Array): number {
  return ((symbols[0] as number) << 3) | ((symbols[1] as number) >> 2);
}

function bytesInto(bytes: Uint8Array, symbols: Uint8Array): void {
  bytes.fill(0);
  for (let i = 0; i < DATA_SYMBOLS; i++) {
    const bit = i * 5;
    const pair = (symbols[i] as number) << (11 - (bit & 7));
    (bytes[bit >> 3] as number) |= pair >> 8;
    if ((bit >> 3) + 1 < bytes.length) (bytes[(bit >> 3) + 1] as number) |= pair & 255;
  }
}
