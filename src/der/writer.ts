import { compareBytes } from './reader.ts';
import { contextConstructed, contextPrimitive, TAG } from './tags.ts';
import { isCalendarTime } from './time.ts';

/**
 * Writes DER. Each function returns one whole element. What cannot be written is a bug of the caller: RangeError.
 * The results may share memory with nothing; none is kept.
 */

/** Number of octets of a length field. */
export function lengthSize(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 5;
}

/** Writes identifier and length at `at`; returns the offset after them. For streams that write elements in place. */
export function writeHeader(target: Uint8Array, at: number, tag: number, length: number): number {
  target[at++] = tag;
  if (length < 0x80) {
    target[at++] = length;
    return at;
  }
  const count = lengthSize(length) - 1;
  target[at++] = 0x80 | count;
  for (let i = count - 1; i >= 0; i--) target[at++] = Math.floor(length / 256 ** i) & 0xff;
  return at;
}

/** Identifier and length alone, for an element whose content follows in a stream. */
export function header(tag: number, length: number): Uint8Array {
  const bytes = new Uint8Array(1 + lengthSize(length));
  writeHeader(bytes, 0, tag, length);
  return bytes;
}

/** One element with these contents, one after the other. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const content of contents) length += content.length;
  const bytes = new Uint8Array(1 + lengthSize(length) + length);
  let at = writeHeader(bytes, 0, tag, length);
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

export function sequence(...elements: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...elements);
}

/** SET OF: the elements are put in order (X.690 §11.6). */
export function set(...elements: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...[...elements].sort(compareBytes));
}

/** INTEGER of a number |n| < 2^53, a bigint, or the octets of one that is not negative, most significant first. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  return element(TAG.integer, integerContent(value));
}

export function enumerated(value: number): Uint8Array {
  return element(TAG.enumerated, integerContent(value));
}

function integerContent(value: number | bigint | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) {
    let start = 0;
    while (start < value.length - 1 && value[start] === 0) start++;
    if (value.length === 0) throw new RangeError('INTEGER of no octets');
    const digits = value.subarray(start);
    if (digits[0]! < 0x80) return digits;
    const padded = new Uint8Array(digits.length + 1);
    padded.set(digits, 1);
    return padded;
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`INTEGER of ${value}`);
  let rest = BigInt(value);
  const octets: number[] = [];
  for (;;) {
    const octet = Number(BigInt.asUintN(8, rest));
    octets.unshift(octet);
    rest >>= 8n;
    if ((rest === 0n && octet < 0x80) || (rest === -1n && octet >= 0x80)) return Uint8Array.from(octets);
  }
}

export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(TAG.boolean, 1, value ? 0xff : 0x00);
}

export function nullValue(): Uint8Array {
  return Uint8Array.of(TAG.null, 0);
}

/** BIT STRING; the unused bits of the last octet must be zero already. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  const spare = (1 << unusedBits) - 1;
  if (unusedBits < 0 || unusedBits > 7 || (unusedBits > 0 && (bytes.length === 0 || (bytes.at(-1)! & spare) !== 0))) {
    throw new RangeError(`BIT STRING with ${unusedBits} unused bits`);
  }
  return element(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

/** BIT STRING of a named bit list, without trailing zero bits (X.690 §11.2.2). `bits` are the numbers of those set. */
export function namedBitString(bits: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...bits);
  const bytes = new Uint8Array((last + 8) >> 3);
  for (const bit of bits) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
  return bitString(bytes, last < 0 ? 0 : 7 - (last & 7));
}

export function octetString(...contents: readonly Uint8Array[]): Uint8Array {
  return element(TAG.octetString, ...contents);
}

/** OBJECT IDENTIFIER from dotted decimal. */
export function oid(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9][0-9]*))+$/.test(dotted)) throw new RangeError(`OBJECT IDENTIFIER "${dotted}"`);
  const [first, second, ...rest] = dotted.split('.').map(BigInt) as [bigint, bigint, ...bigint[]];
  if (first < 2n && second > 39n) throw new RangeError(`OBJECT IDENTIFIER "${dotted}"`);
  const octets: number[] = [];
  for (const arc of [first * 40n + second, ...rest]) {
    const digits = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80);
    octets.push(...digits);
  }
  return element(TAG.oid, Uint8Array.from(octets));
}

export function utf8String(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('UTF8String with half a character');
  return element(TAG.utf8String, new TextEncoder().encode(text));
}

export function printableString(text: string): Uint8Array {
  if (!isPrintableString(text)) throw new RangeError(`PrintableString "${text}"`);
  return element(TAG.printableString, ascii(text));
}

/** Whether all characters are in the alphabet of PrintableString (X.680 §41.4). */
export function isPrintableString(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text);
}

export function ia5String(text: string): Uint8Array {
  if (!/^[\x00-\x7f]*$/.test(text)) throw new RangeError(`IA5String "${text}"`);
  return element(TAG.ia5String, ascii(text));
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * The Time of certificates and CRLs, by the year: UTCTime 1950..2049, else GeneralizedTime (RFC 5280 §4.1.2.5).
 * @param at `YYYY-MM-DDTHH:MM:SSZ`
 */
export function time(at: string): Uint8Array {
  const year = Number(at.slice(0, 4));
  return year >= 1950 && year < 2050 ? utcTime(at) : generalizedTime(at);
}

export function utcTime(at: string): Uint8Array {
  const year = Number(at.slice(0, 4));
  if (!isCalendarTime(at) || year < 1950 || year > 2049) throw new RangeError(`UTCTime "${at}"`);
  return element(TAG.utcTime, ascii(at.slice(2).replace(/[-:T]/g, '')));
}

export function generalizedTime(at: string): Uint8Array {
  if (!isCalendarTime(at)) throw new RangeError(`GeneralizedTime "${at}"`);
  return element(TAG.generalizedTime, ascii(at.replace(/[-:T]/g, '')));
}

/** `[number] EXPLICIT`: a constructed context tag around whole elements. Also `[number] IMPLICIT` of a SEQUENCE's or SET's contents. */
export function explicit(number: number, ...elements: readonly Uint8Array[]): Uint8Array {
  return element(contextConstructed(number), ...elements);
}

/** `[number] IMPLICIT` of a primitive type: its contents octets under a context tag. */
export function implicit(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return element(contextPrimitive(number), ...contents);
}

/** The same element under another identifier octet: `[number] IMPLICIT` of what is written already. */
export function retag(tag: number, der: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(der);
  copy[0] = tag;
  return copy;
}

/** Whole elements one after another. */
export function raw(...elements: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of elements) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of elements) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
