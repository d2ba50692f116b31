import { CeremonyError } from '../base/errors.ts';
import { TAG, tagName } from './tags.ts';

/** The bytes that are being read, with the name by which messages call them. */
export interface DerSource {
  readonly bytes: Uint8Array;
  readonly name: string;
  /** Where in the document they begin, if they are a part of it: messages say places in the document. 0 unless told. */
  readonly from?: number;
}

/** One element: its identifier octet and where in the source it stands. Its content has not been looked at. */
export interface DerNode {
  readonly source: DerSource;
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly at: number;
  /** Offset of the first content octet. */
  readonly contentAt: number;
  /** Offset after the last content octet. */
  readonly end: number;
  readonly depth: number;
}

/** A place between two elements of a constructed one; `take` moves it on. */
export interface DerCursor {
  readonly source: DerSource;
  at: number;
  readonly end: number;
  readonly depth: number;
}

export interface DerLimits {
  /** Refused above this many bytes; 16 MiB unless told. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
/** Certificates, CRLs and CMS nest about 15 deep; a general name in a name constraint some more. */
const MAX_DEPTH = 32;

/** @throws CeremonyError DER_INVALID, always: `NAME, byte N: MESSAGE` */
export function refuse(source: DerSource, at: number, message: string): never {
  const offset = (source.from ?? 0) + at;
  throw new CeremonyError('DER_INVALID', `${source.name}, byte ${offset}: ${message}`, { details: { offset } });
}

/**
 * The one element that `bytes` must be, with nothing before or after it.
 * @param name what the bytes are, for messages: "certificate"
 * @throws CeremonyError DER_INVALID
 */
export function readDer(bytes: Uint8Array, name: string, limits: DerLimits = {}): DerNode {
  return readStart(bytes, bytes.length, name, limits);
}

/** As readDer, for what an OCTET STRING or BIT STRING of a document holds: offsets stay those of the document. */
export function readInside(source: DerSource, from: number, end: number, depth: number): DerNode {
  const node = readAt(source, from, end, depth);
  if (node.end !== end)
    refuse(source, node.end, `expected the end of the enclosing string, found ${end - node.end} more bytes`);
  return node;
}

/**
 * As readDer, for the first octets of a document of `length`: an element may end beyond them, and what begins there cannot be
 * read from them.
 */
export function readStart(bytes: Uint8Array, length: number, name: string, limits: DerLimits = {}): DerNode {
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  const source = { bytes, name };
  if (length > maxBytes) refuse(source, maxBytes, `expected at most ${maxBytes} bytes, found ${length}`);
  const node = readAt(source, 0, length, 0);
  if (node.end !== length) refuse(source, node.end, `expected the end, found ${length - node.end} more bytes`);
  return node;
}

/** Octets of an identifier and a length at most. */
export const LONGEST_HEADER = 6;

function readAt(source: DerSource, at: number, limit: number, depth: number): DerNode {
  const { bytes } = source;
  if (at + LONGEST_HEADER > bytes.length && bytes.length < limit)
    refuse(source, at, `expected this element within the first ${bytes.length} bytes`);
  if (depth > MAX_DEPTH) refuse(source, at, `expected at most ${MAX_DEPTH} levels of nesting`);
  if (at + 2 > limit) refuse(source, at, `expected an identifier and a length, found ${limit - at} bytes`);
  const tag = bytes[at]!;
  checkIdentifier(source, at, tag);
  let length = bytes[at + 1]!;
  let contentAt = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    // 0x80 is the indefinite form. Four octets reach 4 GiB, beyond every limit.
    if (count === 0 || count > 4)
      refuse(source, at + 1, `expected a definite length of at most 4 octets, found 0x${length.toString(16)}`);
    contentAt += count;
    if (contentAt > limit) refuse(source, at + 1, `expected ${count} length octets, found ${limit - at - 2}`);
    length = 0;
    for (let i = at + 2; i < contentAt; i++) length = length * 256 + bytes[i]!;
    if (length < 0x80 || length < 256 ** (count - 1))
      refuse(source, at + 1, `expected the shortest form of the length ${length}`);
  }
  const end = contentAt + length;
  if (end > limit)
    refuse(source, at, `expected ${length} content bytes of ${tagName(tag)}, found ${limit - contentAt}`);
  return { source, tag, at, contentAt, end, depth };
}

function checkIdentifier(source: DerSource, at: number, tag: number): void {
  const number = tag & 0x1f;
  if (number === 0x1f) refuse(source, at, `expected a tag number up to 30, found the high form 0x${tag.toString(16)}`);
  if (tag & 0xc0) return;
  if (number === 0) refuse(source, at, 'expected an element, found tag 0x00 (end of contents)');
  const constructed = (tag & 0x20) !== 0;
  // EXTERNAL (8), EMBEDDED PDV (11), SEQUENCE and SET hold elements; DER has no constructed strings (X.690 §10.2).
  const mustBe = number === 0x10 || number === 0x11 || number === 8 || number === 11;
  if (constructed !== mustBe) {
    refuse(
      source,
      at,
      `expected the ${mustBe ? 'constructed' : 'primitive'} form of ${tagName(mustBe ? tag | 0x20 : tag & ~0x20)}, found 0x${hex(tag)}`,
    );
  }
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/** @throws CeremonyError DER_INVALID unless the element has this tag */
export function expectTag(node: DerNode, tag: number, what: string): DerNode {
  if (node.tag !== tag)
    refuse(node.source, node.at, `expected ${tagName(tag)} for ${what}, found ${tagName(node.tag)}`);
  return node;
}

/** A cursor before the first element inside `node`, which must have `tag` (SEQUENCE unless told). */
export function enter(node: DerNode, what: string, tag: number = TAG.sequence): DerCursor {
  expectTag(node, tag, what);
  return { source: node.source, at: node.contentAt, end: node.end, depth: node.depth + 1 };
}

export function atEnd(cursor: DerCursor): boolean {
  return cursor.at >= cursor.end;
}

/** The identifier octet of the next element, or -1 at the end. */
export function nextTag(cursor: DerCursor): number {
  return cursor.at < cursor.end ? cursor.source.bytes[cursor.at]! : -1;
}

/** The next element whatever its tag. @throws CeremonyError DER_INVALID at the end */
export function takeAny(cursor: DerCursor, what: string): DerNode {
  if (cursor.at >= cursor.end) refuse(cursor.source, cursor.at, `expected ${what}, found the end`);
  const node = readAt(cursor.source, cursor.at, cursor.end, cursor.depth);
  cursor.at = node.end;
  return node;
}

/** The next element, which must have `tag`. @throws CeremonyError DER_INVALID */
export function take(cursor: DerCursor, tag: number, what: string): DerNode {
  if (cursor.at >= cursor.end) refuse(cursor.source, cursor.at, `expected ${tagName(tag)} for ${what}, found the end`);
  return expectTag(takeAny(cursor, what), tag, what);
}

/** The next element if it has `tag`, else undefined and the cursor stays. */
export function takeOptional(cursor: DerCursor, tag: number, what: string): DerNode | undefined {
  return nextTag(cursor) === tag ? takeAny(cursor, what) : undefined;
}

/** @throws CeremonyError DER_INVALID unless nothing is left */
export function finish(cursor: DerCursor, what: string): void {
  if (cursor.at < cursor.end) {
    refuse(cursor.source, cursor.at, `expected the end of ${what}, found ${tagName(nextTag(cursor))}`);
  }
}

/** All elements inside `node`, in order. */
export function childrenOf(node: DerNode, what: string, tag: number = TAG.sequence): DerNode[] {
  const cursor = enter(node, what, tag);
  const children: DerNode[] = [];
  while (!atEnd(cursor)) children.push(takeAny(cursor, what));
  return children;
}

/**
 * The elements of a SET OF, which stand in ascending order of their encodings (X.690 §11.6). Equal ones may repeat.
 * @throws CeremonyError DER_INVALID
 */
export function setOf(node: DerNode, what: string, tag: number = TAG.set): DerNode[] {
  const children = childrenOf(node, what, tag);
  for (let i = 1; i < children.length; i++) {
    if (compareBytes(derOf(children[i - 1]!), derOf(children[i]!)) > 0) {
      refuse(node.source, children[i]!.at, `expected the elements of ${what} in ascending order (SET OF)`);
    }
  }
  return children;
}

/** The element as it stands, identifier and length included: a view, not a copy. */
export function derOf(node: DerNode): Uint8Array {
  return node.source.bytes.subarray(node.at, node.end);
}

/** The content octets: a view, not a copy. */
export function contentOf(node: DerNode): Uint8Array {
  return node.source.bytes.subarray(node.contentAt, node.end);
}

/** Octet by octet; of two where one starts the other the shorter is first (X.690 §11.6 pads with zeros, which DER cannot tell apart). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}
