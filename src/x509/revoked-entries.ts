import {
  atEnd,
  contentOf,
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  finish,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { checkTime, type DerTime, timeOf } from '../der/time.ts';
import { checkInteger, hexOf } from '../der/values.ts';
import { readExtensions } from './fields.ts';
import type { Extension, RevokedEntries, RevokedEntry } from './model.ts';
import { SerialIndex } from './serial-index.ts';

/*
 * The entries of a CRL where they stand: a million are checked once, and what of one nobody asks for is never made.
 */

const NOTHING = new Uint8Array();
const NO_EXTENSIONS: readonly Extension[] = [];

/**
 * @param node revokedCertificates (RFC 5280 §5.1.2.6); undefined where it is absent
 * @throws CeremonyError DER_INVALID
 */
export function readRevoked(node: DerNode | undefined): RevokedEntries {
  const seen = new SeenExtensions();
  let count = 0;
  const entries = node && enter(node, 'revokedCertificates');
  for (; entries && !atEnd(entries); count++) checkEntry(entries, seen);
  let index: SerialIndex | undefined;
  const indexed = () => {
    index ??= node ? indexOf(node, count) : new SerialIndex(NOTHING, 0);
    return index;
  };
  return {
    count,
    der: node ? contentOf(node) : NOTHING,
    find(serial) {
      const at = indexed().find(serial);
      return at === undefined ? undefined : new StandingEntry(node as DerNode, at, seen);
    },
    repeated: () => indexed().repeated,
    *[Symbol.iterator]() {
      if (!node) return;
      for (let at = node.contentAt; at < node.end; ) {
        const entry = new StandingEntry(node, at, seen);
        at = entry.end;
        yield entry;
      }
    },
  };
}

/** Whether a list begins with all of another, byte for byte: then it has lost and changed nothing of it. */
export function beginsWith(list: RevokedEntries, other: RevokedEntries): boolean {
  return Buffer.compare(list.der.subarray(0, other.der.length), other.der) === 0;
}

function checkEntry(entries: DerCursor, seen: SeenExtensions): void {
  const cursor = enter(take(entries, TAG.sequence, 'a revoked certificate'), 'a revoked certificate');
  checkInteger(take(cursor, TAG.integer, 'userCertificate'), 'userCertificate');
  checkTime(takeAny(cursor, 'revocationDate'), 'revocationDate');
  const extensions = takeOptional(cursor, TAG.sequence, 'crlEntryExtensions');
  if (extensions) seen.read(extensions);
  finish(cursor, 'a revoked certificate');
}

/** An entry that was checked: its parts are read from where they stand, each when it is asked for. */
class StandingEntry implements RevokedEntry {
  /** Offset after it. */
  readonly end: number;
  readonly #at: number;
  readonly #list: DerNode;
  readonly #seen: SeenExtensions;
  readonly #serialAt: number;
  readonly #serialEnd: number;
  readonly #extensionsAt: number;

  constructor(list: DerNode, at: number, seen: SeenExtensions) {
    const { bytes } = list.source;
    const inside = contentAt(bytes, at);
    this.#at = at;
    this.end = endAt(bytes, at);
    this.#list = list;
    this.#seen = seen;
    this.#serialAt = contentAt(bytes, inside);
    this.#serialEnd = endAt(bytes, inside);
    this.#extensionsAt = endAt(bytes, this.#serialEnd);
  }

  get from(): number {
    return this.#at - this.#list.contentAt;
  }

  get to(): number {
    return this.end - this.#list.contentAt;
  }

  get serial(): string {
    return hexOf(this.#list.source.bytes, this.#serialAt, this.#serialEnd);
  }

  get at(): DerTime {
    return timeOf(this.#nodeAt(this.#serialEnd), 'revocationDate');
  }

  get extensionsPresent(): boolean {
    return this.#extensionsAt < this.end;
  }

  get extensions(): readonly Extension[] {
    return this.extensionsPresent ? this.#seen.read(this.#nodeAt(this.#extensionsAt)) : NO_EXTENSIONS;
  }

  #nodeAt(at: number): DerNode {
    return takeAny(
      { source: this.#list.source, at, end: this.end, depth: this.#list.depth + 2 },
      'a revoked certificate',
    );
  }
}

/** Of an element that was checked: offset of its content. */
function contentAt(bytes: Uint8Array, at: number): number {
  const length = bytes[at + 1]!;
  return length < 0x80 ? at + 2 : at + 2 + (length & 0x7f);
}

/** The same: offset after it. */
function endAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1]!;
  if (first < 0x80) return at + 2 + first;
  const content = at + 2 + (first & 0x7f);
  let length = 0;
  for (let i = at + 2; i < content; i++) length = length * 256 + bytes[i]!;
  return content + length;
}

/** Where the serial number of each entry stands: it is made when somebody asks, and kept. */
function indexOf(list: DerNode, count: number): SerialIndex {
  const { bytes } = list.source;
  const index = new SerialIndex(bytes, count);
  for (let at = list.contentAt; at < list.end; at = endAt(bytes, at)) {
    const serial = contentAt(bytes, at);
    index.add(contentAt(bytes, serial), endAt(bytes, serial), at);
  }
  return index;
}

/** Extensions of entries that were read before: a million entries have the same few. The same octets are the same array. */
class SeenExtensions {
  readonly #seen: { readonly der: Uint8Array; readonly extensions: readonly Extension[] }[] = [];
  #next = 0;

  /** @throws CeremonyError DER_INVALID */
  read(node: DerNode): readonly Extension[] {
    for (const { der, extensions } of this.#seen) if (isEqual(node, der)) return extensions;
    const extensions = readExtensions(node, 'crlEntryExtensions');
    this.#seen[this.#next] = { der: derOf(node), extensions };
    this.#next = (this.#next + 1) % MOST_SEEN;
    return extensions;
  }
}

/** There are nine reasons; invalidity dates differ, and push each other out. */
const MOST_SEEN = 10;

/** Octet by octet from the end, where they differ, and without a view of each of a million. */
function isEqual({ source, at, end }: DerNode, der: Uint8Array): boolean {
  if (end - at !== der.length) return false;
  for (let i = der.length - 1; i >= 0; i--) if (source.bytes[at + i] !== der[i]) return false;
  return true;
}
