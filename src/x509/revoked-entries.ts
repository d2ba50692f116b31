import { copyOf, type Octets, partOf, startsWith, WINDOW } from '../base/octets.ts';
import {
  type DerCursor,
  type DerNode,
  type DerSource,
  derOf,
  enter,
  finish,
  LONGEST_HEADER,
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
 * The entries of a CRL where they stand: a million are checked once, and what of one nobody asks for is never made. Of a CRL
 * that is not in memory a window of them is, wherever somebody looks.
 */

const NO_EXTENSIONS: readonly Extension[] = [];

/**
 * @param document in which they stand
 * @param node revokedCertificates (RFC 5280 §5.1.2.6); undefined where it is absent
 * @throws CeremonyError DER_INVALID
 */
export function readRevoked<Bytes extends Octets>(document: Bytes, node: DerNode | undefined): RevokedEntries<Bytes> {
  const seen = new SeenExtensions();
  const list: Listed = {
    document,
    name: node?.source.name ?? '',
    from: node?.contentAt ?? 0,
    end: node?.end ?? 0,
    depth: (node?.depth ?? 0) + 1,
    seen,
  };
  let count = 0;
  for (const window of entriesIn(list)) for (; window.at < window.end; count++) checkEntry(window, seen);
  let index: SerialIndex | undefined;
  const indexed = () => {
    index ??= indexOf(list, count);
    return index;
  };
  return {
    count,
    der: partOf(document, list.from, list.end),
    find(serial) {
      const at = indexed().find(serial);
      return at === undefined ? undefined : entryAt(list, at);
    },
    repeated: () => indexed().repeated,
    *[Symbol.iterator]() {
      const isInMemory = document instanceof Uint8Array;
      for (const { source, end } of entriesIn(list)) {
        const { bytes, name, from = 0 } = source;
        for (let at = 0; at < end; ) {
          const to = endAt(bytes, at);
          // Of what is written over, an entry has its own octets.
          yield isInMemory
            ? new StandingEntry(list, source, at)
            : new StandingEntry(list, { bytes: bytes.slice(at, to), name, from: from + at }, 0);
          at = to;
        }
      }
    },
  };
}

/** Whether a list begins with all of another, byte for byte: then it has lost and changed nothing of it. */
export function beginsWith(list: RevokedEntries, other: RevokedEntries): boolean {
  return startsWith(list.der, other.der);
}

/** Entries of a document. */
interface Listed {
  readonly document: Octets;
  readonly name: string;
  /** Offset of the first, and after the last. */
  readonly from: number;
  readonly end: number;
  readonly depth: number;
  readonly seen: SeenExtensions;
}

/**
 * Whole entries, as many as are in memory at once: of what is there anyway all, in one cursor. Where it begins there is an
 * entry, and where it ends one ends; one that is broken is there as far as it goes, for its reader to say so. What is not there
 * anyway is written over once the next is asked for.
 */
function* entriesIn(list: Listed): Generator<DerCursor> {
  const { document, name, depth } = list;
  const window = document instanceof Uint8Array ? document : new Uint8Array(Math.min(WINDOW, list.end - list.from));
  for (let from = list.from; from < list.end; ) {
    const left = list.end - from;
    let bytes = document instanceof Uint8Array ? document.subarray(from, list.end) : window.subarray(0, left);
    if (!(document instanceof Uint8Array)) copyOf(document, bytes, from);
    let end = bytes.length < left ? wholeEntries(bytes) : left;
    if (end === 0) {
      // An entry that is longer than a window; or one that runs beyond the list, which its first octets show.
      end = Math.min(left, endAt(bytes, 0));
      if (endAt(bytes, 0) <= left) bytes = document.subarray(from, from + end);
    }
    const source: DerSource = { bytes, name, from };
    yield { source, at: 0, end, depth };
    from += end;
  }
}

/** Octets of the entries that are whole in a window. */
function wholeEntries(bytes: Uint8Array): number {
  let at = 0;
  while (at + LONGEST_HEADER <= bytes.length) {
    const end = endAt(bytes, at);
    if (end > bytes.length) break;
    at = end;
  }
  return at;
}

/** The entry that begins there. */
function entryAt(list: Listed, at: number): RevokedEntry {
  const { document, name } = list;
  if (document instanceof Uint8Array)
    return new StandingEntry(list, { bytes: document.subarray(at, list.end), name, from: at }, 0);
  const header = document.subarray(at, Math.min(at + LONGEST_HEADER, list.end));
  return new StandingEntry(list, { bytes: document.subarray(at, at + endAt(header, 0)), name, from: at }, 0);
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
  /** Offset after it, in its source. */
  readonly end: number;
  readonly #at: number;
  readonly #list: Listed;
  readonly #source: DerSource;
  readonly #serialAt: number;
  readonly #serialEnd: number;
  readonly #extensionsAt: number;

  /** @param source where it stands from `at` on, and all of it is there */
  constructor(list: Listed, source: DerSource, at: number) {
    const { bytes } = source;
    const inside = contentAt(bytes, at);
    this.#at = at;
    this.end = endAt(bytes, at);
    this.#list = list;
    this.#source = source;
    this.#serialAt = contentAt(bytes, inside);
    this.#serialEnd = endAt(bytes, inside);
    this.#extensionsAt = endAt(bytes, this.#serialEnd);
  }

  get from(): number {
    return this.#before + this.#at;
  }

  get to(): number {
    return this.#before + this.end;
  }

  /** Octets of the list before its source. */
  get #before(): number {
    return (this.#source.from ?? 0) - this.#list.from;
  }

  get serial(): string {
    return hexOf(this.#source.bytes, this.#serialAt, this.#serialEnd);
  }

  get at(): DerTime {
    return timeOf(this.#nodeAt(this.#serialEnd), 'revocationDate');
  }

  get extensionsPresent(): boolean {
    return this.#extensionsAt < this.end;
  }

  get extensions(): readonly Extension[] {
    return this.extensionsPresent ? this.#list.seen.read(this.#nodeAt(this.#extensionsAt)) : NO_EXTENSIONS;
  }

  #nodeAt(at: number): DerNode {
    return takeAny({ source: this.#source, at, end: this.end, depth: this.#list.depth + 1 }, 'a revoked certificate');
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
  // No element is so long: of one that was not checked yet, its header may say so.
  if (content > at + LONGEST_HEADER) return Number.POSITIVE_INFINITY;
  let length = 0;
  for (let i = at + 2; i < content; i++) length = length * 256 + bytes[i]!;
  return content + length;
}

/** Where each entry stands, by its serial number: it is made when somebody asks, and kept. */
function indexOf(list: Listed, count: number): SerialIndex {
  const index = new SerialIndex((at) => serialAt(list, at), count);
  for (const { source, end } of entriesIn(list)) {
    const { bytes, from = 0 } = source;
    for (let at = 0; at < end; at = endAt(bytes, at)) {
      const serial = contentAt(bytes, at);
      index.add(bytes, contentAt(bytes, serial), endAt(bytes, serial), from + at);
    }
  }
  return index;
}

/** Content octets of the serial number of the entry that begins there. */
function serialAt({ document, end }: Listed, at: number): Uint8Array {
  // An entry's header, and that of its serial number.
  const start = document.subarray(at, Math.min(at + 2 * LONGEST_HEADER + USUAL_SERIAL, end));
  const serial = contentAt(start, 0);
  const [from, to] = [contentAt(start, serial), endAt(start, serial)];
  return to <= start.length ? start.subarray(from, to) : document.subarray(at + from, at + to);
}

/** Octets of one at most (RFC 5280 §4.1.2.2), as most CAs keep it. */
const USUAL_SERIAL = 20;

/** Extensions of entries that were read before: a million entries have the same few. The same octets are the same array. */
class SeenExtensions {
  readonly #seen: { readonly der: Uint8Array; readonly extensions: readonly Extension[] }[] = [];
  #next = 0;

  /** @throws CeremonyError DER_INVALID */
  read(node: DerNode): readonly Extension[] {
    for (const { der, extensions } of this.#seen) if (isEqual(node, der)) return extensions;
    const { source, at, contentAt, end, depth, tag } = node;
    // Of their own octets: a window is written over, and a view would keep it.
    const der = derOf(node).slice();
    const own = { bytes: der, name: source.name, from: (source.from ?? 0) + at };
    const there = { source: own, tag, at: 0, contentAt: contentAt - at, end: end - at, depth };
    const extensions = readExtensions(there, 'crlEntryExtensions');
    this.#seen[this.#next] = { der, extensions };
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
