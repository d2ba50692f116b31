import type { CeremonyError } from '../base/errors.ts';
import { isInCalendar, pair } from '../der/time.ts';
import { COLUMNS, clip, LIST_REASONS, lineFault, unfit } from './revocation-list.ts';
import { SerialSet } from './serial-set.ts';

/*
 * A list of what is to be revoked, as octets: a million lines are scanned where they stand, and none becomes a text.
 */

/** Where the parts of a line stand in `bytes`. There is one for all lines of a list: it is of the line that was read last. */
export interface ListedLine {
  /** Of the file; the heading is line 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Of the serial number's hex digits: an even number, 2 to 40 of them. */
  readonly serialAt: number;
  readonly serialEnd: number;
  /** Of the revocation date, `YYYY-MM-DDTHH:MM:SSZ`: a time of the calendar from 1950 on. */
  readonly dateAt: number;
  /** Place in `LIST_REASONS`. */
  readonly reason: number;
  /** Of the invalidity date, as above; -1 for none. */
  readonly sinceAt: number;
}

type Scanned = { -readonly [Part in keyof ListedLine]: ListedLine[Part] };

const [NEWLINE, RETURN, COMMA] = [0x0a, 0x0d, 0x2c];
const HEADING = COLUMNS.join(',');
/** A line of a list has 107 characters at most. */
const LONGEST_LINE = 4096;

/**
 * Reads a list line by line, with memory for one chunk of it. A line says what `takeRevocationList` takes it to say.
 * @param chunks the file, cut anywhere; a chunk is not looked at again once the next is asked for
 * @param name what to call it in messages
 * @throws CeremonyError REVOCATION_UNFIT at the first line that is none
 */
export function* readListedLines(chunks: Iterable<Uint8Array>, name: string): Generator<ListedLine> {
  const line: Scanned = { number: 0, bytes: NO_BYTES, serialAt: 0, serialEnd: 0, dateAt: 0, reason: 0, sinceAt: -1 };
  let held = NO_BYTES;
  let work = NO_BYTES;
  for (const chunk of chunks) {
    const length = held.length + chunk.length;
    // What is held may stand at the end of the same memory.
    const target = length > work.length ? new Uint8Array(length * 2) : work;
    target.set(held);
    target.set(chunk, held.length);
    work = target;
    let at = 0;
    for (;;) {
      const end = work.indexOf(NEWLINE, at);
      if (end < 0 || end >= length) break;
      line.number++;
      line.bytes = work;
      const last = end > at && work[end - 1] === RETURN ? end - 1 : end;
      if (line.number === 1) requireHeading(textOf(work, at, last), name);
      else {
        if (!scan(line, at, last)) throw faulty(textOf(work, at, last), line.number, name);
        yield line;
      }
      at = end + 1;
    }
    held = work.subarray(at, length);
    if (held.length > LONGEST_LINE)
      throw unfit(name, `line ${line.number + 1} has more than ${LONGEST_LINE} characters`);
  }
  if (line.number === 0) requireHeading(textOf(held, 0, held.length), name);
  if (line.number === 0 || held.length > 0) throw unfit(name, 'its last line does not end: it may have been cut off');
}

/**
 * The lines of a list that revokes each certificate once, and none after the date of its CRL. Memory is that of one chunk and
 * of a `SerialSet`.
 * @param chunks the file from its start, each time that it is called: it is read again where two lines look alike
 * @param thisUpdate of the CRL: `YYYY-MM-DDTHH:MM:SSZ`
 * @throws CeremonyError REVOCATION_UNFIT at the first line that is none, or that another one revokes too
 */
export function* readDistinctLines(
  chunks: () => Iterable<Uint8Array>,
  name: string,
  thisUpdate: string,
): Generator<ListedLine> {
  const seen = new SerialSet();
  const last = Buffer.from(thisUpdate);
  for (const line of readListedLines(chunks(), name)) {
    const first = firstDigit(line);
    if (seen.add(line.bytes, first, line.serialEnd)) {
      const other = lineOf(chunks(), name, serialOf(line));
      if (other < line.number) throw unfit(name, `line ${line.number}: line ${other} revokes ${serialOf(line)} too`);
    }
    if (isLater(line, last))
      throw unfit(
        name,
        `line ${line.number}: ${serialOf(line)} is revoked on ${textOf(line.bytes, line.dateAt, line.dateAt + DATE)}, after the date of the CRL, ${thisUpdate}`,
      );
    yield line;
  }
}

/** Where the serial number begins without octets of zero before it, which programs print or leave out. */
export function firstDigit({ bytes, serialAt, serialEnd }: ListedLine): number {
  let first = serialAt;
  while (serialEnd - first > 2 && bytes[first] === 0x30 && bytes[first + 1] === 0x30) first += 2;
  return first;
}

function serialOf(line: ListedLine): string {
  return textOf(line.bytes, firstDigit(line), line.serialEnd).toLowerCase();
}

/** The first line with that serial number. */
function lineOf(chunks: Iterable<Uint8Array>, name: string, serial: string): number {
  for (const line of readListedLines(chunks, name)) if (serialOf(line) === serial) return line.number;
  throw new Error(`"${name}" has changed while it was read`);
}

function isLater({ bytes, dateAt }: ListedLine, than: Uint8Array): boolean {
  for (let i = 0; i < DATE; i++) {
    const difference = bytes[dateAt + i]! - than[i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

const NO_BYTES = new Uint8Array();

function requireHeading(found: string, name: string): void {
  if (found !== HEADING) throw unfit(name, `its first line is "${clip(found)}", expected "${HEADING}"`);
}

function textOf(bytes: Uint8Array, at: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
}

function faulty(text: string, number: number, name: string): CeremonyError {
  const said = lineFault(text);
  // The two read one grammar; where they differ nothing may be made of the line.
  if (said === undefined) throw new Error(`line ${number} of "${name}" is read in two ways: "${clip(text)}"`);
  return unfit(name, `line ${number}: ${said}`);
}

/** Puts the parts of the line into `line`. @returns whether it is a line of such a list */
function scan(line: Scanned, at: number, end: number): boolean {
  const { bytes } = line;
  let to = at;
  while (to < end && HEX_DIGIT[bytes[to]!] === 1) to++;
  const digits = to - at;
  if (digits === 0 || digits > 40 || digits % 2 === 1 || bytes[to] !== COMMA) return false;
  line.serialAt = at;
  line.serialEnd = to;
  line.dateAt = to + 1;
  to += 1 + DATE;
  if (to >= end || bytes[to] !== COMMA || !isDate(bytes, line.dateAt)) return false;
  const reasonAt = to + 1;
  to = reasonAt;
  while (to < end && bytes[to] !== COMMA) to++;
  if (to >= end) return false;
  line.reason = reasonOf(bytes, reasonAt, to);
  if (line.reason < 0) return false;
  line.sinceAt = to + 1 === end ? -1 : to + 1;
  return line.sinceAt < 0 || (end - line.sinceAt === DATE && isDate(bytes, line.sinceAt));
}

const HEX_DIGIT = Uint8Array.from({ length: 256 }, (_, octet) =>
  /[0-9a-f]/i.test(String.fromCharCode(octet)) ? 1 : 0,
);

const REASONS = LIST_REASONS.map((reason) => Buffer.from(reason));

function reasonOf(bytes: Uint8Array, at: number, end: number): number {
  for (let index = 0; index < REASONS.length; index++) {
    const reason = REASONS[index]!;
    if (reason.length !== end - at) continue;
    let same = 0;
    while (same < reason.length && reason[same] === bytes[at + same]) same++;
    if (same === reason.length) return index;
  }
  return -1;
}

/** Of `YYYY-MM-DDTHH:MM:SSZ`. */
const DATE = 20;
const PATTERN = Buffer.from('0000-00-00T00:00:00Z');

function isDate(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < DATE; i++) {
    const octet = bytes[at + i]!;
    if (PATTERN[i] === 0x30 ? octet < 0x30 || octet > 0x39 : octet !== PATTERN[i]) return false;
  }
  const year = pair(bytes, at) * 100 + pair(bytes, at + 2);
  const [month, day, hour] = [pair(bytes, at + 5), pair(bytes, at + 8), pair(bytes, at + 11)];
  return year >= 1950 && isInCalendar(year, month, day, hour, pair(bytes, at + 14), pair(bytes, at + 17));
}
