import { escapeForeign } from '../base/text.ts';
import { hexOf } from '../der/values.ts';

/** One labelled value, or a heading for the fields below it. */
export interface Field {
  /** 0 is outermost. */
  readonly depth: number;
  readonly label: string;
  readonly value: string | undefined;
}

export const COLUMNS = 80;
const VALUE_COLUMN = 28;
/** A value has at least this much room, however long its label is. */
const MIN_ROOM = 40;

/**
 * Lines of at most 80 columns: labels to the left, values from column 28. A value that goes on ends its line with a
 * backslash, which no value holds otherwise, and continues in the values' column, so that nothing inside a value can
 * pass for another field.
 */
export function* layoutLines(fields: Iterable<Field>): Generator<string> {
  for (const { depth, label, value } of fields) {
    const indent = '  '.repeat(depth);
    const heads = pieces(label, COLUMNS - indent.length).map((piece) => indent + piece);
    const head = heads.pop() ?? indent;
    yield* heads;
    if (value === undefined) {
      yield head;
      continue;
    }
    const column = Math.max(VALUE_COLUMN, Math.min(head.length + 2, COLUMNS - MIN_ROOM));
    let before = head.padEnd(column);
    if (head.length + 2 > column) {
      yield head;
      before = ' '.repeat(column);
    }
    for (const piece of pieces(value, COLUMNS - column)) {
      yield before + piece;
      before = ' '.repeat(column);
    }
  }
}

/** Cuts at a group of hex digits, else anywhere; each piece but the last ends with a backslash. */
function pieces(value: string, room: number): string[] {
  const result: string[] = [];
  let piece = '';
  let width = 0;
  const isHex = /^[0-9a-f]{1,4}( [0-9a-f]{1,4})+$/.test(value);
  // An escape stays in one piece.
  const units = isHex ? (value.match(/[0-9a-f]+ ?/g) ?? []) : (value.match(/\\u\{[0-9A-F]+\}|./gsu) ?? []);
  units.forEach((unit, index) => {
    const size = widthOf(unit);
    const isLast = index === units.length - 1;
    if (width + size > room - (isLast ? 0 : 1)) {
      result.push(`${piece}\\`);
      piece = '';
      width = 0;
    }
    piece += unit;
    width += size;
  });
  result.push(piece);
  return result;
}

/** Columns on a terminal, at most: from the first wide script (Hangul Jamo) on each character is counted as two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return width;
}

/**
 * A foreign string between quotation marks, such that different strings look different: escaped as `escapeForeign`
 * does, and quotation marks, spaces other than one plain space between words, and nothing else besides.
 */
export function quoteForeign(text: string): string {
  const visible = escapeForeign(text).replace(/"|^ | $|(?<= ) |[^\P{Zs} ]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
  return `"${visible}"`;
}

/** Hex in groups of four digits, as people compare it. */
export function groupedHex(bytes: Uint8Array): string {
  return bytes.length === 0 ? '(empty)' : (hexOf(bytes).match(/.{1,4}/g) ?? []).join(' ');
}
