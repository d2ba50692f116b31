import { type Octets, partOf } from '../base/octets.ts';
import {
  type DerCursor,
  type DerNode,
  type DerSource,
  enter,
  finish,
  LONGEST_HEADER,
  nextTag,
  readStart,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { timeOf } from '../der/time.ts';
import { smallInteger } from '../der/values.ts';
import { readAlgorithm, readExtensions, readName, readSignature } from './fields.ts';
import type { CertificateList, TbsCertList } from './model.ts';
import { readRevoked } from './revoked-entries.ts';

/** About five million entries. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Octets of what stands before the entries, and of what stands behind them, of a CRL that is not in memory: names and extensions. */
const [MOST_BEFORE, MOST_BEHIND] = [64 * 1024, 16 * 1024 * 1024];

/**
 * A CRL from its DER (RFC 5280 §5.1). Time is linear in its length; entries are checked here and are not kept, so that it
 * takes no memory but its bytes, and of one that is not in memory not those either.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseCrl<Bytes extends Octets = Uint8Array>(der: Bytes, name = 'CRL'): CertificateList<Bytes> {
  const document = opened(der, name);
  const cursor = enter(document.node, 'CertificateList');
  const tbs = readTbs(document, take(cursor, TAG.sequence, 'tbsCertList'));
  const rest = behind(document, cursor);
  const { signatureAlgorithm, signature } = readSignature(rest);
  finish(rest, 'CertificateList');
  return { ...tbs, der, signatureAlgorithm, signature };
}

/** The to-be-signed part alone. @throws CeremonyError DER_INVALID */
export function parseTbsCertList<Bytes extends Octets = Uint8Array>(
  der: Bytes,
  name = 'TBSCertList',
): TbsCertList<Bytes> {
  const document = opened(der, name);
  return readTbs(document, document.node);
}

/** A document, and of one that is not in memory its first octets, in which all stands that comes before the entries. */
interface Opened<Bytes extends Octets> {
  readonly octets: Bytes;
  readonly node: DerNode;
}

function opened<Bytes extends Octets>(octets: Bytes, name: string): Opened<Bytes> {
  const bytes = octets instanceof Uint8Array ? octets : octets.subarray(0, Math.min(octets.length, MOST_BEFORE));
  return { octets, node: readStart(bytes, octets.length, name, { maxBytes: MAX_BYTES }) };
}

function isWhole({ octets, node }: Opened<Octets>): boolean {
  return node.source.bytes.length === octets.length;
}

/** The same cursor, where what comes next is in memory: behind the entries of a document of which they are not. */
function behind(document: Opened<Octets>, { source, at, end, depth }: DerCursor): DerCursor {
  if (isWhole(document)) return { source, at, end, depth };
  if (end - at > MOST_BEHIND)
    refuse(source, at, `expected at most ${MOST_BEHIND} bytes behind the entries, found ${end - at}`);
  const rest: DerSource = { bytes: document.octets.subarray(at, end), name: source.name, from: at };
  return { source: rest, at: 0, end: end - at, depth };
}

/** Of what is not in memory as a whole: that what comes before the entries is. @throws CeremonyError DER_INVALID */
function holdToStart(node: DerNode): void {
  const cursor = enter(node, 'tbsCertList');
  takeOptional(cursor, TAG.integer, 'version');
  for (const what of ['signature', 'issuer', 'thisUpdate']) takeAny(cursor, what);
  if (isTime(cursor)) takeAny(cursor, 'nextUpdate');
  const { bytes } = cursor.source;
  if (cursor.at + LONGEST_HEADER > bytes.length)
    refuse(cursor.source, cursor.at, `expected the entries to begin within the first ${bytes.length} bytes`);
}

function refusalOf(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

function isTime(cursor: DerCursor): boolean {
  return nextTag(cursor) === TAG.utcTime || nextTag(cursor) === TAG.generalizedTime;
}

function readTbs<Bytes extends Octets>(document: Opened<Bytes>, node: DerNode): TbsCertList<Bytes> {
  const unread = isWhole(document) ? undefined : refusalOf(() => holdToStart(node));
  const cursor = enter(node, 'tbsCertList');
  const versionNode = takeOptional(cursor, TAG.integer, 'version');
  const version = versionNode ? smallInteger(versionNode, 'version', 1) + 1 : 1;
  // RFC 5280 §5.1.2.1: version 1 has no such field.
  if (versionNode && version === 1)
    refuse(versionNode.source, versionNode.at, 'expected version 2 or no version field, found 1');
  const tbsSignatureAlgorithm = readAlgorithm(take(cursor, TAG.sequence, 'signature'), 'signature');
  const issuer = readName(take(cursor, TAG.sequence, 'issuer'), 'issuer');
  const thisUpdate = timeOf(takeAny(cursor, 'thisUpdate'), 'thisUpdate');
  const nextUpdate = isTime(cursor) ? timeOf(takeAny(cursor, 'nextUpdate'), 'nextUpdate') : undefined;
  // What is broken before is refused by whoever reads it, in the same words as of what is in memory.
  if (unread) throw unread;
  const revokedNode = takeOptional(cursor, TAG.sequence, 'revokedCertificates');
  const revoked = readRevoked(document.octets, revokedNode);
  const rest = behind(document, cursor);
  const wrapper = takeOptional(rest, contextConstructed(0), 'crlExtensions');
  const wrapped = wrapper ? enter(wrapper, 'crlExtensions', contextConstructed(0)) : undefined;
  const extensions = wrapped ? readExtensions(take(wrapped, TAG.sequence, 'crlExtensions'), 'crlExtensions') : [];
  if (wrapped) finish(wrapped, 'crlExtensions');
  finish(rest, 'tbsCertList');
  return {
    tbs: partOf(document.octets, node.at, node.end),
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
