import { isUtf8 } from 'node:buffer';
import { checkText, describeTextFault, type TextFault } from '../base/text.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** A script is read by people in a room: a megabyte is far more than they can. */
export const MAX_BYTES = 1024 * 1024;

/** A place between two characters. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
}

/** A text whose offsets (UTF-16 code units, as the YAML reader counts) can be turned into places. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly placeOf: (offset: number) => Place;
}

export function makeSource(file: string, text: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const placeOf = (offset: number): Place => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: countCharacters(text, lineStarts[low] ?? 0, offset) + 1 };
  };
  return { file, text, placeOf };
}

function countCharacters(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

/** A problem at offsets of a source. `end` is cut at the end of the line. */
export function problemAt(
  source: Source,
  code: ProblemCode,
  offset: number,
  end: number,
  text: string,
  hint?: string,
): Problem<ProblemCode> {
  const start = source.placeOf(offset);
  const newline = source.text.indexOf('\n', offset);
  const last = newline < 0 ? end : Math.min(end, newline);
  return {
    code,
    file: source.file,
    ...start,
    ...(last > offset ? { endColumn: source.placeOf(last).column } : {}),
    text,
    ...(hint === undefined ? {} : { hint }),
    severity: 'problem',
  };
}

interface Decoded {
  readonly source?: Source;
  /** For showing where the bytes are not text: U+FFFD in place of those. */
  readonly damaged?: string;
  readonly problems: Problem<ProblemCode>[];
}

/** Bytes → text. Without a text there is exactly one problem. */
export function decodeSource(bytes: Uint8Array, file: string): Decoded {
  const refuse = (code: ProblemCode, line: number, column: number, text: string, hint: string) => ({
    problems: [{ code, file, line, column, text, hint, severity: 'problem' as const }],
  });
  // ignoreBOM keeps a byte order mark in the text, where it is reported like any other hidden character.
  const text = () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (bytes.length > MAX_BYTES) {
    return refuse(
      'YAML_SIZE',
      1,
      1,
      `the file has ${bytes.length} bytes, expected at most ${MAX_BYTES}`,
      'is it the right file?',
    );
  }
  if (!isUtf8(bytes)) {
    const { line, column, byte } = firstBadByte(bytes);
    const refused = refuse('YAML_ENCODING', line, column, `the byte 0x${byte} is not UTF-8`, 'save the file as UTF-8');
    return { ...refused, damaged: text() };
  }
  return bytes.length === 0 ? { problems: [nothing(file)] } : { source: makeSource(file, text()), problems: [] };
}

export function nothing(file: string): Problem<ProblemCode> {
  return {
    code: 'YAML_EMPTY',
    file,
    line: 1,
    column: 1,
    text: 'the file is empty',
    hint: 'is it the right file?',
    severity: 'problem',
  };
}

/** The place of the first line that is not UTF-8, and the first byte in it that no character begins or continues. */
function firstBadByte(bytes: Uint8Array): { line: number; column: number; byte: string } {
  let line = 1;
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end)) || newline < 0) break;
    start = newline + 1;
    line++;
  }
  // A character has at most four bytes: the longest good beginning ends where the next four are not good either.
  let good = start;
  let column = 1;
  for (;;) {
    const length = [1, 2, 3, 4].find(
      (size) => isUtf8(bytes.subarray(good, good + size)) && good + size <= bytes.length,
    );
    if (length === undefined) break;
    good += length;
    column++;
  }
  return { line, column, byte: (bytes[good] ?? 0).toString(16).padStart(2, '0') };
}

/**
 * The text rules, comments included: a reviewer reads those too. `parseable` is false when a control character
 * would confuse the YAML reader, which marks its own tokens with some.
 */
export function checkSource(source: Source): { problems: Problem<ProblemCode>[]; parseable: boolean } {
  const problems: Problem<ProblemCode>[] = [];
  let parseable = true;
  let carriageReturns = 0;
  let start = 0;
  for (const line of source.text.split('\n')) {
    for (const fault of checkText(line)) {
      if (problems.length > MAX_LISTED) return { problems, parseable: false };
      if (fault.codePoint === 0x0d && carriageReturns++ > 0) continue;
      if (fault.kind === 'control' && fault.codePoint !== 0x09 && fault.codePoint !== 0x0d) parseable = false;
      const at = start + fault.index;
      const end = at + String.fromCodePoint(fault.codePoint).length;
      problems.push(problemAt(source, 'YAML_TEXT', at, end, describeTextFault(fault), adviceFor(fault)));
    }
    start += line.length + 1;
  }
  return { problems, parseable };
}

/** More problems than these are not listed: the file is then of another kind, or was damaged. */
export const MAX_LISTED = 200;

function adviceFor(fault: TextFault): string | undefined {
  if (fault.codePoint === 0x09) return 'use spaces';
  if (fault.codePoint === 0x0d) return 'save the file with LF line ends; only the first CR is listed';
  if (fault.kind === 'byte-order-mark') return 'save the file as UTF-8 without a byte order mark';
  if (fault.kind === 'not-nfc') return 'save the file in Unicode normal form C';
  return undefined;
}
