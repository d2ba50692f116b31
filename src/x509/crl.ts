import {
  atEnd,
  contentOf,
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  finish,
  nextTag,
  readDer,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { timeOf } from '../der/time.ts';
import { integerHex, smallInteger } from '../der/values.ts';
import { readAlgorithm, readExtensions, readName, readSignature } from './fields.ts';
import type { CertificateList, Extension, RevokedEntries, RevokedEntry, TbsCertList } from './model.ts';
import { SerialIndex } from './serial-index.ts';

/** About five million entries. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * A CRL from its DER (RFC 5280 §5.1). Time is linear in its length; entries are checked here and are not kept, so that it
 * takes no memory but its bytes.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseCrl(der: Uint8Array, name = 'CRL'): CertificateList {
  const cursor = enter(readDer(der, name, { maxBytes: MAX_BYTES }), 'CertificateList');
  const tbs = readTbs(take(cursor, TAG.sequence, 'tbsCertList'));
  const { signatureAlgorithm, signature } = readSignature(cursor);
  finish(cursor, 'CertificateList');
  return { ...tbs, der, signatureAlgorithm, signature };
}

/** The to-be-signed part alone. @throws CeremonyError DER_INVALID */
export function parseTbsCertList(der: Uint8Array, name = 'TBSCertList'): TbsCertList {
  return readTbs(readDer(der, name, { maxBytes: MAX_BYTES }));
}

function readTbs(node: DerNode): TbsCertList {
  const cursor = enter(node, 'tbsCertList');
  const versionNode = takeOptional(cursor, TAG.integer, 'version');
  const version = versionNode ? smallInteger(versionNode, 'version', 1) + 1 : 1;
  // RFC 5280 §5.1.2.1: version 1 has no such field.
  if (versionNode && version === 1)
    refuse(versionNode.source, versionNode.at, 'expected version 2 or no version field, found 1');
  const tbsSignatureAlgorithm = readAlgorithm(take(cursor, TAG.sequence, 'signature'), 'signature');
  const issuer = readName(take(cursor, TAG.sequence, 'issuer'), 'issuer');
  const thisUpdate = timeOf(takeAny(cursor, 'thisUpdate'), 'thisUpdate');
  const isTime = nextTag(cursor) === TAG.utcTime || nextTag(cursor) === TAG.generalizedTime;
  const nextUpdate = isTime ? timeOf(takeAny(cursor, 'nextUpdate'), 'nextUpdate') : undefined;
  const revokedNode = takeOptional(cursor, TAG.sequence, 'revokedCertificates');
  const revoked = readRevoked(revokedNode);
  const wrapper = takeOptional(cursor, contextConstructed(0), 'crlExtensions');
  const wrapped = wrapper ? enter(wrapper, 'crlExtensions', contextConstructed(0)) : undefined;
  const extensions = wrapped ? readExtensions(take(wrapped, TAG.sequence, 'crlExtensions'), 'crlExtensions') : [];
  if (wrapped) finish(wrapped, 'crlExtensions');
  finish(cursor, 'tbsCertList');
  return {
    tbs: derOf(node),
    version,
    tbsSignatureAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    revokedPresent: revokedNode !== undefined,
    revoked,
    extensionsPresent: wrapped !== undefined,
    extensions,
  };
}

const NOTHING = new Uint8Array();

function readRevoked(node: DerNode | undefined): RevokedEntries {
  const entered = () => node && enter(node, 'revokedCertificates');
  const extensions = new SeenExtensions();
  let count = 0;
  for (const cursor = entered(); cursor && !atEnd(cursor); count++) readEntry(cursor, extensions);
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
      return at === undefined ? undefined : entryAround(node as DerNode, at, extensions);
    },
    repeated: () => indexed().repeated,
    *[Symbol.iterator]() {
      for (const cursor = entered(); cursor && !atEnd(cursor); ) yield readEntry(cursor, extensions);
    },
  };
}

/** Where the serial number of each entry stands: it is made when somebody asks, and kept. */
function indexOf(node: DerNode, count: number): SerialIndex {
  const index = new SerialIndex(node.source.bytes, count, contentOf(node));
  const entries = enter(node, 'revokedCertificates');
  while (!atEnd(entries)) {
    const entry = takeAny(entries, 'a revoked certificate');
    const serial = takeAny(enter(entry, 'a revoked certificate'), 'userCertificate');
    index.add(serial.contentAt, serial.end, entry.at);
  }
  return index;
}

function entryAround(list: DerNode, at: number, seen: SeenExtensions): RevokedEntry {
  return readEntry({ source: list.source, at, end: list.end, depth: list.depth + 1 }, seen);
}

/** Extensions of entries that were read before: a million entries have the same few. The same octets are the same array. */
class SeenExtensions {
  readonly #seen: { readonly der: Uint8Array; readonly extensions: readonly Extension[] }[] = [];
  #next = 0;

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

const NO_EXTENSIONS: readonly Extension[] = [];

function readEntry(entries: DerCursor, seen: SeenExtensions): RevokedEntry {
  const cursor = enter(take(entries, TAG.sequence, 'a revoked certificate'), 'a revoked certificate');
  const serial = integerHex(take(cursor, TAG.integer, 'userCertificate'), 'userCertificate');
  const at = timeOf(takeAny(cursor, 'revocationDate'), 'revocationDate');
  const extensionsNode = takeOptional(cursor, TAG.sequence, 'crlEntryExtensions');
  const extensions = extensionsNode ? seen.read(extensionsNode) : NO_EXTENSIONS;
  finish(cursor, 'a revoked certificate');
  return { serial, at, extensionsPresent: extensionsNode !== undefined, extensions };
}
