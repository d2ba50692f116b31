import { contentOf, type DerNode, refuse } from './reader.ts';
import { TAG } from './tags.ts';

/** Each reads the content of one element whose tag the caller has checked, IMPLICIT ones too. */

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, two digits for each octet from `from` up to `end`. */
export function hexOf(bytes: Uint8Array, from = 0, end = bytes.length): string {
  let text = '';
  for (let i = from; i < end; i++) text += HEX[bytes[i]!]!;
  return text;
}

/** X.690 §11.1: FALSE is 00 and TRUE is FF. */
export function booleanOf(node: DerNode, what: string): boolean {
  const { bytes } = node.source;
  const octet = bytes[node.contentAt];
  if (node.end - node.contentAt !== 1 || (octet !== 0x00 && octet !== 0xff)) {
    refuse(
      node.source,
      node.contentAt,
      `expected 00 or ff for the BOOLEAN ${what}, found "${hexOf(contentOf(node).subarray(0, 20))}"`,
    );
  }
  return octet === 0xff;
}

/** The content octets of an INTEGER or ENUMERATED, two's complement, in the fewest octets (X.690 §8.3.2). */
export function integerBytes(node: DerNode, what: string): Uint8Array {
  checkInteger(node, what);
  return contentOf(node);
}

/** The same, without a view of the octets: a CRL has a million serial numbers. @throws CeremonyError DER_INVALID */
export function checkInteger(node: DerNode, what: string): void {
  const { bytes } = node.source;
  const length = node.end - node.contentAt;
  if (length === 0) refuse(node.source, node.at, `expected at least one octet for the INTEGER ${what}`);
  if (length === 1) return;
  const [first, second] = [bytes[node.contentAt]!, bytes[node.contentAt + 1]!];
  if ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80)) {
    const start = hexOf(bytes, node.contentAt, node.contentAt + 2);
    refuse(node.source, node.contentAt, `expected the shortest form of the INTEGER ${what}, found ${start}…`);
  }
}

/** A whole number 0..`max` (at most 2^48). @throws CeremonyError DER_INVALID */
export function smallInteger(node: DerNode, what: string, max: number): number {
  const content = integerBytes(node, what);
  let value = 0;
  if (content[0]! >= 0x80)
    refuse(node.source, node.contentAt, `expected ${what} from 0 to ${max}, found a negative number`);
  if (content.length <= 7) for (const octet of content) value = value * 256 + octet;
  if (content.length > 7 || value > max) {
    // It may be as long as the document.
    const found = content.length > 20 ? `${hexOf(content.subarray(0, 20))}…` : hexOf(content);
    refuse(node.source, node.contentAt, `expected ${what} from 0 to ${max}, found ${found} (hex)`);
  }
  return value;
}

/** A number that is not negative, of any size, without a leading zero octet. @throws CeremonyError DER_INVALID */
export function unsignedBytes(node: DerNode, what: string): Uint8Array {
  const content = integerBytes(node, what);
  if (content[0]! >= 0x80)
    refuse(node.source, node.contentAt, `expected ${what} to be positive, found a negative number`);
  return content[0] === 0 && content.length > 1 ? content.subarray(1) : content;
}

export interface BitString {
  /** 0..7, in the last octet. */
  readonly unusedBits: number;
  readonly bytes: Uint8Array;
}

/** X.690 §8.6, §11.2: 0..7 unused bits, all of them zero, none in an empty string. */
export function bitStringOf(node: DerNode, what: string): BitString {
  const content = contentOf(node);
  const unusedBits = content[0];
  if (unusedBits === undefined) refuse(node.source, node.at, `expected at least one octet for the BIT STRING ${what}`);
  if (unusedBits > 7)
    refuse(node.source, node.contentAt, `expected 0 to 7 unused bits in ${what}, found ${unusedBits}`);
  const bytes = content.subarray(1);
  if (bytes.length === 0 && unusedBits !== 0)
    refuse(node.source, node.contentAt, `expected no unused bits in the empty BIT STRING ${what}`);
  if (bytes.length > 0 && (bytes[bytes.length - 1]! & ((1 << unusedBits) - 1)) !== 0) {
    refuse(node.source, node.end - 1, `expected the ${unusedBits} unused bits of ${what} to be zero`);
  }
  return { unusedBits, bytes };
}

/** A BIT STRING of whole octets: keys and signatures. */
export function octetsOfBitString(node: DerNode, what: string): Uint8Array {
  const { unusedBits, bytes } = bitStringOf(node, what);
  if (unusedBits !== 0)
    refuse(
      node.source,
      node.contentAt,
      `expected whole octets in the BIT STRING ${what}, found ${unusedBits} unused bits`,
    );
  return bytes;
}

/**
 * The numbers of the bits that are set in a named bit list, which ends with one (X.690 §11.2.2).
 * @throws CeremonyError DER_INVALID
 */
export function namedBits(node: DerNode, what: string): number[] {
  const { unusedBits, bytes } = bitStringOf(node, what);
  const length = bytes.length * 8 - unusedBits;
  const bits: number[] = [];
  for (let bit = 0; bit < length; bit++) if (bytes[bit >> 3]! & (0x80 >> (bit & 7))) bits.push(bit);
  if (length > 0 && bits.at(-1) !== length - 1) {
    refuse(node.source, node.contentAt, `expected the named bits of ${what} without trailing zero bits`);
  }
  return bits;
}

export function checkNull(node: DerNode, what: string): void {
  if (node.end !== node.contentAt) refuse(node.source, node.contentAt, `expected no content in the NULL ${what}`);
}

/** Large enough for 128-bit arcs (2.25.UUID); longer ones do not occur and would cost quadratic time. */
const MAX_OID_OCTETS = 64;

/** Dotted decimal. X.690 §8.19: arcs in base 128, none padded, the last one ended. */
export function oidOf(node: DerNode, what: string): string {
  const { bytes } = node.source;
  const length = node.end - node.contentAt;
  if (length === 0 || length > MAX_OID_OCTETS) {
    refuse(
      node.source,
      node.at,
      `expected 1 to ${MAX_OID_OCTETS} octets for the OBJECT IDENTIFIER ${what}, found ${length}`,
    );
  }
  if (bytes[node.end - 1]! >= 0x80)
    refuse(node.source, node.end - 1, `expected the last arc of the OBJECT IDENTIFIER ${what} to end`);
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  let isStart = true;
  for (let at = node.contentAt; at < node.end; at++) {
    const octet = bytes[at]!;
    if (isStart && octet === 0x80)
      refuse(node.source, at, `expected an arc of the OBJECT IDENTIFIER ${what} without padding`);
    isStart = octet < 0x80;
    if (typeof arc === 'number' && arc < 2 ** 40) arc = arc * 128 + (octet & 0x7f);
    else arc = (BigInt(arc) << 7n) | BigInt(octet & 0x7f);
    if (isStart) {
      if (arcs.length > 0) arcs.push(arc);
      else if (arc < 80) arcs.push(arc < 40 ? 0 : 1, Number(arc) % 40);
      else arcs.push(2, typeof arc === 'number' ? arc - 80 : arc - 80n);
      arc = 0;
    }
  }
  return arcs.join('.');
}

const CHARSETS: ReadonlyMap<number, RegExp> = new Map([
  [TAG.numericString, /^[0-9 ]*$/],
  [TAG.printableString, /^[A-Za-z0-9 '()+,\-./:=?]*$/],
  [TAG.ia5String, /^[\x00-\x7f]*$/],
  [TAG.visibleString, /^[\x20-\x7e]*$/],
]);

/**
 * The text of a character string type, checked against its alphabet (X.680 §41). TeletexString is read as
 * ISO 8859-1, as all software does.
 * @param tag which type an IMPLICIT element is; the element's own tag unless told
 */
export function textOf(node: DerNode, what: string, tag: number = node.tag): string {
  const content = contentOf(node);
  let text: string;
  if (tag === TAG.utf8String) {
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    } catch {
      return refuse(node.source, node.contentAt, `expected UTF-8 in ${what}`);
    }
  } else if (tag === TAG.bmpString || tag === TAG.universalString) {
    text = wideText(node, what, tag === TAG.bmpString ? 2 : 4);
  } else {
    text = '';
    for (const octet of content) text += String.fromCharCode(octet);
    const alphabet = CHARSETS.get(tag);
    if (alphabet ? !alphabet.test(text) : tag !== TAG.teletexString) {
      refuse(node.source, node.contentAt, `expected the alphabet of its string type in ${what}`);
    }
  }
  return text;
}

function wideText(node: DerNode, what: string, width: 2 | 4): string {
  const content = contentOf(node);
  if (content.length % width !== 0)
    refuse(node.source, node.contentAt, `expected ${width} octets for each character of ${what}`);
  let text = '';
  for (let i = 0; i < content.length; i += width) {
    let codePoint = 0;
    for (let k = 0; k < width; k++) codePoint = codePoint * 256 + content[i + k]!;
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff))
      refuse(node.source, node.contentAt + i, `expected a character in ${what}`);
    text += String.fromCodePoint(codePoint);
  }
  return text;
}
