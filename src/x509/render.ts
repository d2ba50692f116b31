import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { type DerNode, expectTag, LONGEST_HEADER, readStart, refuse, takeAny } from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import type { DerTime } from '../der/time.ts';
import { parseCertificate, parseTbsCertificate } from './certificate.ts';
import { parseCertificationRequest, parseCertificationRequestInfo } from './certification-request.ts';
import { parseCrl, parseTbsCertList } from './crl.ts';
import { reasonCode } from './crl-extensions.ts';
import { type Field, groupedHex, layoutLines } from './layout.ts';
import type {
  AlgorithmIdentifier,
  Certificate,
  CertificateList,
  RevokedEntries,
  RevokedEntry,
  TbsCertificate,
  TbsCertList,
} from './model.ts';
import { parseOcspResponse, parseOcspResponseData } from './ocsp-response.ts';
import { extensionFields } from './render-extensions.ts';
import { field, nameFields } from './render-fields.ts';
import { renderOcspResponse } from './render-ocsp.ts';
import { renderRequest } from './render-request.ts';
import { algorithmText, digestFields, keyFields, signatureFields } from './render-signed.ts';

/**
 * A certificate, a CRL, a certificate request, an OCSP response, or the to-be-signed bytes of one, for people: every field and every
 * extension, in lines of at most 80 columns, foreign strings escaped. A generator, since a CRL may have a million entries.
 * @param most entries of a CRL that people can look through: of a longer one it has the counts by reason, the digest of all
 * its entries, and the first and the last of them. All of them unless told.
 * @throws CeremonyError DER_INVALID for anything else
 */
export function* renderDocument(octets: Octets, most = Number.POSITIVE_INFINITY): Generator<string> {
  const kind = kindOf(octets);
  // Of all else than a CRL it is short.
  const der = kind === 'crl' || kind === 'tbs-crl' ? NOTHING : wholeOf(octets);
  switch (kind) {
    case 'certificate':
      yield* renderCertificate(parseCertificate(der));
      break;
    case 'tbs-certificate':
      yield* renderCertificate(parseTbsCertificate(der));
      break;
    case 'crl':
      yield* renderCrl(parseCrl(octets), most);
      break;
    case 'tbs-crl':
      yield* renderCrl(parseTbsCertList(octets), most);
      break;
    case 'request':
      yield* renderRequest(parseCertificationRequest(der));
      break;
    case 'tbs-request':
      yield* renderRequest(parseCertificationRequestInfo(der));
      break;
    case 'ocsp-response':
      yield* renderOcspResponse(parseOcspResponse(der));
      break;
    case 'tbs-ocsp-response':
      yield* renderOcspResponse(parseOcspResponseData(der));
      break;
  }
}

/** Entries of a CRL that the text of a pack has one by one, some 500 pages: who looks for another has the CRL. */
export const MOST_IN_TEXT = 10_000;

/** The text that lies beside a document in a pack, as its file. @throws CeremonyError DER_INVALID */
export function textBeside(der: Octets): Uint8Array {
  return new TextEncoder().encode(`${[...renderDocument(der, MOST_IN_TEXT)].join('\n')}\n`);
}

type SignedDocument = 'certificate' | 'crl' | 'request' | 'ocsp-response';
export type DocumentKind = SignedDocument | `tbs-${SignedDocument}`;

const NOTHING = new Uint8Array();

/** Larger than any CRL that `parseCrl` reads, so that the parser is the one to say so. */
const MAX_BYTES = 2 ** 31;

/**
 * Which of these the bytes can only be, by the tags that stand at fixed places (RFC 5280 §4.1, §5.1; RFC 2986 §4; RFC 6960
 * §4.2.1). The parser of that kind has the last word.
 * @throws CeremonyError DER_INVALID where they are none
 */
export function kindOf(der: Octets): DocumentKind {
  const node = readStart(der.subarray(0, Math.min(LONGEST_HEADER, der.length)), der.length, 'document', {
    maxBytes: MAX_BYTES,
  });
  const first = firstElements(der, expectTag(node, TAG.sequence, 'document'));
  const tags = first.map(({ tag }) => tag);
  if (tags[0] === TAG.enumerated) return 'ocsp-response';
  if (tags[0] === TAG.sequence && tags[1] === TAG.sequence && tags[2] === TAG.bitString) {
    const kind = tbsKind(firstElements(der, first[0] as DerNode).map(({ tag }) => tag));
    if (kind === 'tbs-request') return 'request';
    return kind === 'tbs-crl' ? 'crl' : 'certificate';
  }
  return (
    tbsKind(tags) ??
    refuse(
      node.source,
      node.at,
      'expected a certificate, a CRL, a certificate request, an OCSP response, or the to-be-signed part of one',
    )
  );
}

/**
 * A TBSCertList has thisUpdate where a TBSCertificate has its validity or subject; a CertificationRequestInfo ends with its
 * attributes, where a certificate of version 1 has its validity; a ResponseData has a time at its second place, alone.
 */
function tbsKind(tags: readonly number[]): `tbs-${SignedDocument}` | undefined {
  if (tags[0] === TAG.integer && tags[3] === contextConstructed(0)) return 'tbs-request';
  if (tags[1] === TAG.generalizedTime) return 'tbs-ocsp-response';
  const fields = tags[0] === TAG.integer || tags[0] === contextConstructed(0) ? tags.slice(1) : tags;
  const isTime = fields[2] === TAG.utcTime || fields[2] === TAG.generalizedTime;
  if (isTime && tags[0] !== contextConstructed(0)) return 'tbs-crl';
  return tags[0] === TAG.integer || tags[0] === contextConstructed(0) ? 'tbs-certificate' : undefined;
}

/** As many as tell kinds apart. Of what need not be in memory their headers are read, and nothing between them. */
function firstElements(der: Octets, { source, contentAt, end }: DerNode): DerNode[] {
  const before = source.from ?? 0;
  const elements: DerNode[] = [];
  for (let at = before + contentAt; elements.length < 4 && at < before + end; ) {
    const left = before + end - at;
    const header = { bytes: der.subarray(at, at + Math.min(LONGEST_HEADER, left)), name: source.name, from: at };
    const element = takeAny({ source: header, at: 0, end: left, depth: 1 }, 'document');
    elements.push(element);
    at += element.end;
  }
  return elements;
}

export function renderCertificate(certificate: Certificate | TbsCertificate): Generator<string> {
  return layoutLines(certificateFields(certificate));
}

export function renderCrl(crl: CertificateList | TbsCertList, most = Number.POSITIVE_INFINITY): Generator<string> {
  return layoutLines(crlFields(crl, most));
}

/** Before they are laid out, for who shows several certificates and what they have in common. */
export function* certificateFields(certificate: Certificate | TbsCertificate): Generator<Field> {
  yield field(0, 'der' in certificate ? 'Certificate' : 'Certificate to be signed');
  yield* digestFields(certificate);
  yield field(1, 'Version', String(certificate.version));
  yield field(1, 'Serial number', groupedHex(certificate.serial.bytes));
  yield* algorithmFields(certificate);
  yield* nameFields(1, 'Issuer', certificate.issuer);
  yield field(1, 'Not before', timeText(certificate.notBefore));
  yield field(1, 'Not after', timeText(certificate.notAfter));
  yield* nameFields(1, 'Subject', certificate.subject);
  yield* keyFields(certificate);
  if (certificate.hasIssuerUniqueId) yield field(1, 'Issuer unique id', 'present');
  if (certificate.hasSubjectUniqueId) yield field(1, 'Subject unique id', 'present');
  yield field(1, 'Extensions', extensionsText(certificate));
  yield* extensionFields(2, certificate.extensions);
  yield* signatureFields(certificate);
}

function* crlFields(crl: CertificateList | TbsCertList, most: number): Generator<Field> {
  yield field(0, 'der' in crl ? 'CRL' : 'CRL to be signed');
  yield* digestFields(crl);
  yield field(1, 'Version', String(crl.version));
  yield* algorithmFields(crl);
  yield* nameFields(1, 'Issuer', crl.issuer);
  yield field(1, 'This update', timeText(crl.thisUpdate));
  yield field(1, 'Next update', crl.nextUpdate ? timeText(crl.nextUpdate) : '(absent)');
  yield field(1, 'Extensions', extensionsText(crl));
  yield* extensionFields(2, crl.extensions);
  yield field(1, 'Revoked certificates', crl.revokedPresent ? String(crl.revoked.count) : 'none (field absent)');
  if (crl.revoked.count > most) yield* longListFields(crl.revoked);
  else yield* entriesFields(crl.revoked, () => true);
  yield* signatureFields(crl);
}

function* entriesFields(revoked: RevokedEntries, isShown: (number: number) => boolean): Generator<Field> {
  let number = 0;
  for (const entry of revoked) if (isShown(++number)) yield* entryFields(number, entry);
}

/** Of each end of a long list. What is new stands at its end: a CRL of ours keeps what the one before lists, and adds to it. */
const ENDS = 25;

function* longListFields(revoked: RevokedEntries): Generator<Field> {
  const counts = new Map<string, number>();
  for (const entry of revoked) {
    const reason = entry.extensionsPresent ? (plainReason(entry) ?? 'other extensions') : 'no reason';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  for (const [reason, count] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
    yield field(2, reason, String(count));
  yield field(2, 'SHA-256 of all entries', groupedHex(Buffer.from(sha256(revoked.der), 'hex')));
  const { count } = revoked;
  yield* entriesFields(revoked, (number) => number <= ENDS);
  yield field(2, '…', `${count - 2 * ENDS} more entries, which are not shown`);
  yield* entriesFields(revoked, (number) => number > count - ENDS);
}

function* entryFields(number: number, entry: RevokedEntry): Generator<Field> {
  yield field(2, `${number}.`, (entry.serial.match(/.{1,4}/g) ?? []).join(' '));
  yield field(3, 'revoked at', timeText(entry.at));
  const reason = plainReason(entry);
  // The usual case in one line; whatever else stands there in full.
  if (reason !== undefined) {
    yield field(3, 'reason', reason);
    return;
  }
  if (entry.extensionsPresent) yield field(3, 'Extensions', extensionsText(entry));
  yield* extensionFields(4, entry.extensions);
}

/** The reason, where it is the entry's only extension, not critical, and readable. */
function plainReason({ extensions }: RevokedEntry): string | undefined {
  if (extensions.length !== 1 || extensions[0]?.criticalEncoded) return undefined;
  try {
    return reasonCode(extensions);
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

function timeText(time: DerTime): string {
  return `${time.at} (${time.form === 'utc' ? 'UTCTime' : 'GeneralizedTime'})`;
}

function* algorithmFields(document: { readonly tbsSignatureAlgorithm: AlgorithmIdentifier }): Generator<Field> {
  yield field(1, 'Signature algorithm', algorithmText(document.tbsSignatureAlgorithm));
}

function extensionsText(document: {
  readonly extensionsPresent: boolean;
  readonly extensions: readonly unknown[];
}): string | undefined {
  if (!document.extensionsPresent) return 'none (field absent)';
  return document.extensions.length === 0 ? 'none (field present and empty)' : undefined;
}
