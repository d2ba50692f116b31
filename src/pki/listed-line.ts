import { isInCalendar, pair } from '../der/time.ts';
import { COLUMNS, clip, LIST_REASONS, lineFault, unfit } from './revocation-list.ts';
import { SerialDigests } from './serial-digests.ts';

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
 * Reads a list line by line, with memory for one chunk of it. A line says what `takeRevocationList` takes it to say. It is fed
 * and asked by turns, since a million lines handed on by generators take longer than to read them.
 */
export class ListReader {
  readonly #name: string;
  readonly #line: Scanned = {
    number: 0,
    bytes: NO_BYTES,
    serialAt: 0,
    serialEnd: 0,
    dateAt: 0,
    reason: 0,
    sinceAt: -1,
  };
  #bytes = NO_BYTES;
  /** Of `#bytes`, what is not read yet. */
  #at = 0;
  #end = 0;

  readonly #refused: (line: number, fault: string) => void;

  /**
   * @param name what to call the list in messages
   * @param refused told of each line that is none, which is passed over then; without it the first one is thrown
   */
  constructor(name: string, refused?: (line: number, fault: string) => void) {
    this.#name = name;
    this.#refused =
      refused ??
      ((line, fault) => {
        throw unfit(name, `line ${line}: ${fault}`);
      });
  }

  /** @param chunk of the file, cut anywhere; it is copied. What was read before must have been asked for to its end */
  feed(chunk: Uint8Array): void {
    const held = this.#end - this.#at;
    if (held > LONGEST_LINE)
      throw unfit(this.#name, `line ${this.#line.number + 1} has more than ${LONGEST_LINE} characters`);
    const length = held + chunk.length;
    const target = length > this.#bytes.length ? new Uint8Array(length * 2) : this.#bytes;
    target.set(this.#bytes.subarray(this.#at, this.#end));
    target.set(chunk, held);
    this.#bytes = target;
    this.#at = 0;
    this.#end = length;
  }

  /**
   * The next line; undefined where the rest of it is not here yet.
   * @throws CeremonyError REVOCATION_UNFIT at the first line that is none
   */
  next(): ListedLine | undefined {
    const line = this.#line;
    line.bytes = this.#bytes;
    // Where a whole line is there for certain it is scanned to its end, and the end is not looked for beforehand.
    if (line.number > 0 && this.#end - this.#at > WHOLE_LINE) {
      const next = scan(line, this.#at);
      if (next > 0) {
        line.number++;
        this.#at = next;
        return line;
      }
    }
    return this.#nextBySearch();
  }

  #nextBySearch(): ListedLine | undefined {
    const line = this.#line;
    const [bytes, at] = [this.#bytes, this.#at];
    // Behind the end lie the zeros of a buffer that is larger: to look through them at each chunk takes long.
    const end = bytes.subarray(0, this.#end).indexOf(NEWLINE, at);
    if (end < 0) return undefined;
    this.#at = end + 1;
    line.number++;
    const last = end > at && bytes[end - 1] === RETURN ? end - 1 : end;
    if (line.number === 1) {
      requireHeading(textOf(bytes, at, last), this.#name);
      return this.#nextBySearch();
    }
    if (scan(line, at) === this.#at) return line;
    this.#refused(line.number, faultOf(textOf(bytes, at, last), line.number, this.#name));
    return this.#nextBySearch();
  }

  /** There is no more of it. @throws CeremonyError REVOCATION_UNFIT where something is missing */
  end(): void {
    if (this.#line.number === 0) requireHeading(textOf(this.#bytes, this.#at, this.#end), this.#name);
    if (this.#line.number === 0 || this.#end > this.#at)
      throw unfit(this.#name, 'its last line does not end: it may have been cut off');
  }
}

/** A list whose lines are asked for: `feed` each chunk of it, and ask for lines until there is none; then `end`. */
export interface LineSource extends Pick<ListReader, 'feed' | 'next' | 'end'> {
  readonly chunks: Iterable<Uint8Array>;
  /** Whether a certificate has that serial number below zero, as no certificate should; absent where none has. */
  readonly isNegative?: ((line: ListedLine) => boolean) | undefined;
}

/**
 * Reads a list that revokes each certificate once. Memory is that of one chunk and of `SerialDigests`. All that speaks against
 * it is said at the end, line by line: until then nothing may be signed.
 */
export class DistinctReader implements LineSource {
  readonly #chunks: () => Iterable<Uint8Array>;
  readonly #name: string;
  readonly #judge: (line: ListedLine) => readonly string[];
  readonly #digests = new SerialDigests();
  readonly #faults = new Faults();
  readonly #reader: ListReader;

  /**
   * @param chunks the file from its start, each time that it is called: it is read again where two lines look alike
   * @param name what to call it in messages
   * @param judge what speaks against a line besides
   */
  constructor(
    chunks: () => Iterable<Uint8Array>,
    name: string,
    judge: (line: ListedLine) => readonly string[] = () => NO_FAULTS,
  ) {
    this.#chunks = chunks;
    this.#name = name;
    this.#judge = judge;
    this.#reader = new ListReader(name, (line, fault) => this.#faults.add(line, fault));
  }

  get chunks(): Iterable<Uint8Array> {
    return this.#chunks();
  }

  feed(chunk: Uint8Array): void {
    this.#reader.feed(chunk);
  }

  next(): ListedLine | undefined {
    const line = this.#reader.next();
    if (line === undefined) return undefined;
    this.#digests.note(line.bytes, firstDigit(line), line.serialEnd);
    const faults = this.#judge(line);
    if (faults.length > 0) for (const fault of faults) this.#faults.add(line.number, fault);
    return line;
  }

  /** @throws CeremonyError REVOCATION_UNFIT with all that speaks against it */
  end(): void {
    this.#reader.end();
    const repeated = this.#digests.repeated();
    if (repeated.size > 0) this.#noteRepeated(repeated);
    const words = this.#faults.words();
    if (words !== undefined) throw unfit(this.#name, words);
  }

  /** Where digests are equal, serial numbers decide. */
  #noteRepeated(repeated: ReadonlySet<bigint>): void {
    const reader = new ListReader(this.#name, () => undefined);
    const seen = new Map<string, number>();
    for (const chunk of this.#chunks()) {
      reader.feed(chunk);
      for (let line = reader.next(); line !== undefined; line = reader.next()) {
        if (!repeated.has(this.#digests.digestOf(line.bytes, firstDigit(line), line.serialEnd))) continue;
        const serial = serialOf(line);
        const other = seen.get(serial);
        if (other === undefined) seen.set(serial, line.number);
        else this.#faults.add(line.number, `line ${other} revokes ${serial} too`);
      }
    }
  }
}

const NO_FAULTS: readonly string[] = [];

/** So many are said, and how many there are besides. */
const MOST_FAULTS = 10;

class Faults {
  #count = 0;
  #first: { readonly line: number; readonly fault: string }[] = [];

  add(line: number, fault: string): void {
    this.#count++;
    const last = this.#first[MOST_FAULTS - 1];
    if (last !== undefined && line >= last.line) return;
    // Sorting keeps the order of what is said of one line.
    this.#first = [...this.#first, { line, fault }].sort((a, b) => a.line - b.line).slice(0, MOST_FAULTS);
  }

  /** Undefined where there are none. */
  words(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count - this.#first.length;
    const said = this.#first.map(({ line, fault }) => `line ${line}: ${fault}`).join('; ');
    return `${said}${more > 0 ? `; and ${more} more` : ''}`;
  }
}

/** What speaks against a line that revokes after this date of its CRL, `YYYY-MM-DDTHH:MM:SSZ`. */
export function notAfter(thisUpdate: string): (line: ListedLine) => readonly string[] {
  const last = Buffer.from(thisUpdate);
  return (line) => {
    if (!isLater(line, last)) return NO_FAULTS;
    return [`${serialOf(line)} is revoked on ${timeAt(line, line.dateAt)}, after the date of the CRL, ${thisUpdate}`];
  };
}

const NO_BYTES = new Uint8Array();

/** Where the serial number begins without octets of zero before it, which programs print or leave out. */
export function firstDigit({ bytes, serialAt, serialEnd }: ListedLine): number {
  let first = serialAt;
  while (serialEnd - first > 2 && bytes[first] === 0x30 && bytes[first + 1] === 0x30) first += 2;
  return first;
}

/** Lowercase hex, without octets of zero before it. */
export function serialOf(line: ListedLine): string {
  return textOf(line.bytes, firstDigit(line), line.serialEnd).toLowerCase();
}

/** Lowercase hex, as it is written. */
export function serialAsWritten({ bytes, serialAt, serialEnd }: ListedLine): string {
  return textOf(bytes, serialAt, serialEnd).toLowerCase();
}

/** The date that begins there. */
export function timeAt({ bytes }: ListedLine, at: number): string {
  return textOf(bytes, at, at + DATE);
}

function isLater({ bytes, dateAt }: ListedLine, than: Uint8Array): boolean {
  for (let i = 0; i < DATE; i++) {
    const difference = bytes[dateAt + i]! - than[i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function requireHeading(found: string, name: string): void {
  if (found !== HEADING) throw unfit(name, `its first line is "${clip(found)}", expected "${HEADING}"`);
}

function textOf(bytes: Uint8Array, at: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
}

function faultOf(text: string, number: number, name: string): string {
  const said = lineFault(text);
  // The two read one grammar; where they differ nothing may be made of the line.
  if (said === undefined) throw new Error(`line ${number} of "${name}" is read in two ways: "${clip(text)}"`);
  return said;
}

/**
 * Puts the parts of the line that begins at `at` into `line`. It reads no further than the first octet that is none of such
 * a line, and at most `WHOLE_LINE` octets. @returns where the next line begins, or -1 where this is none
 */
function scan(line: Scanned, at: number): number {
  const { bytes } = line;
  let to = at;
  while ((HEX_DIGIT[bytes[to]!]! & HEX_DIGIT[bytes[to + 1]!]!) === 1 && to - at <= 40) to += 2;
  if (to === at || to - at > 40 || bytes[to] !== COMMA) return -1;
  line.serialAt = at;
  line.serialEnd = to;
  line.dateAt = to + 1;
  to += 1 + DATE;
  if (!isDate(bytes, line.dateAt) || bytes[to] !== COMMA) return -1;
  line.reason = reasonAt(bytes, to + 1);
  if (line.reason < 0) return -1;
  to += 1 + REASONS[line.reason]!.length;
  if (bytes[to] !== COMMA) return -1;
  to++;
  line.sinceAt = -1;
  if (bytes[to] !== NEWLINE && bytes[to] !== RETURN) {
    line.sinceAt = to;
    if (!isDate(bytes, to)) return -1;
    to += DATE;
  }
  if (bytes[to] === RETURN) to++;
  return bytes[to] === NEWLINE ? to + 1 : -1;
}

/** A line has at most 106 octets, its end with it. */
const WHOLE_LINE = 128;

const HEX_DIGIT = Uint8Array.from({ length: 256 }, (_, octet) =>
  /[0-9a-f]/i.test(String.fromCharCode(octet)) ? 1 : 0,
);

const REASONS = LIST_REASONS.map((reason) => Buffer.from(reason));

/** Place of the reason that is written there; -1 where none is. None begins with all of another. */
function reasonAt(bytes: Uint8Array, at: number): number {
  for (let index = 0; index < REASONS.length; index++) {
    const reason = REASONS[index]!;
    let same = 0;
    while (same < reason.length && reason[same] === bytes[at + same]) same++;
    if (same === reason.length) return index;
  }
  return -1;
}

/** Of `YYYY-MM-DDTHH:MM:SSZ`. */
const DATE = 20;
const [HYPHEN, COLON, T, Z] = [0x2d, 0x3a, 0x54, 0x5a];

function isDate(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 4] !== HYPHEN || bytes[at + 7] !== HYPHEN || bytes[at + 10] !== T) return false;
  if (bytes[at + 13] !== COLON || bytes[at + 16] !== COLON || bytes[at + 19] !== Z) return false;
  const digits =
    digit(bytes, at) | digit(bytes, at + 1) | digit(bytes, at + 2) | digit(bytes, at + 3) | twoDigits(bytes, at + 5);
  const others = twoDigits(bytes, at + 8) | twoDigits(bytes, at + 11) | twoDigits(bytes, at + 14);
  if ((digits | others | twoDigits(bytes, at + 17)) < 0) return false;
  const year = pair(bytes, at) * 100 + pair(bytes, at + 2);
  const [month, day, hour] = [pair(bytes, at + 5), pair(bytes, at + 8), pair(bytes, at + 11)];
  return year >= 1950 && isInCalendar(year, month, day, hour, pair(bytes, at + 14), pair(bytes, at + 17));
}

/** Below zero where it is none: fourteen of a line are looked at together. */
function digit(bytes: Uint8Array, at: number): number {
  return (bytes[at]! - 0x30) | (0x39 - bytes[at]!);
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return digit(bytes, at) | digit(bytes, at + 1);
}
