import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import type { DerTime } from '../der/time.ts';
import { hexOf } from '../der/values.ts';
import type { CertificationRequestInfo } from '../x509/certification-request.ts';
import { CRL_REASONS, type CrlReason, invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, Extension, RevokedEntry, TbsCertificate, TbsCertList } from '../x509/model.ts';
import { beginsWith } from '../x509/revoked-entries.ts';
import { encodeTbsCertificate, signatureIdentifier, wantedExtensions } from './encode.ts';
import { crlExtensions, encodeExtension, type WantedExtension } from './extensions.ts';
import { encodeName } from './name.ts';
import { encodeRequestInfo, type OwnRequest, requestedExtensions } from './own-request.ts';
import {
  type CertificateHoles,
  type CertificateRequest,
  type CrlRequest,
  issuerNameOf,
  type Revocation,
  subjectNameOf,
} from './request.ts';

/** A field that is not as asked for. Values are as people read them, or hex. */
export interface Difference {
  readonly field: string;
  readonly asked: string;
  readonly found: string;
}

/** Hex of equal length says nothing where it is absent. */
export const ABSENT = '(absent)';

/** Collects what differs. */
export class Comparison {
  readonly differences: Difference[] = [];

  text(field: string, asked: string, found: string): void {
    if (asked !== found) this.differences.push({ field, asked, found });
  }

  bytes(field: string, asked: Uint8Array, found: Uint8Array): void {
    if (!sameBytes(asked, found)) this.differences.push({ field, asked: hexOf(asked), found: hexOf(found) });
  }

  time(field: string, asked: string, found: DerTime | undefined): void {
    // RFC 5280 §4.1.2.5: which of the two types it is follows from the year.
    const form = asked < '2050' ? 'utc' : 'generalized';
    this.text(field, `${asked} (${form})`, found ? `${found.at} (${found.form})` : ABSENT);
  }

  extensions(where: string, asked: readonly WantedExtension[], found: readonly Extension[]): void {
    const name = (oid: string) => oidName(oid) ?? oid;
    this.text(
      `${where}: identifiers in order`,
      asked.map(({ oid }) => name(oid)).join(', '),
      found.map(({ oid }) => name(oid)).join(', '),
    );
    for (const wanted of asked) {
      const extension = found.find(({ oid }) => oid === wanted.oid);
      if (extension) this.bytes(`${where}: ${name(wanted.oid)}`, encodeExtension(wanted), extension.der);
    }
  }
}

/**
 * Everything that differs between a certificate, as our reader sees it, and what was asked for: each field, and
 * last the whole to-be-signed part, so that nothing can be there that was not asked for.
 * @param certificate whole, or its to-be-signed part
 */
export function compareCertificate(
  certificate: TbsCertificate,
  request: CertificateRequest,
  holes: CertificateHoles,
): Difference[] {
  const comparison = new Comparison();
  const algorithm = signatureIdentifier(request.signatureAlgorithm);
  comparison.text('version', '3', String(certificate.version));
  comparison.text('serialNumber', hexOf(holes.serial), certificate.serial.hex);
  comparison.bytes('signature', algorithm, certificate.tbsSignatureAlgorithm.der);
  comparison.bytes('issuer', issuerNameOf(request), certificate.issuer.der);
  comparison.time('notBefore', request.notBefore, certificate.notBefore);
  comparison.time('notAfter', request.notAfter, certificate.notAfter);
  comparison.bytes('subject', subjectNameOf(request), certificate.subject.der);
  comparison.bytes('subjectPublicKeyInfo', holes.spki, certificate.spki.der);
  comparison.text('issuerUniqueID', ABSENT, certificate.hasIssuerUniqueId ? '(present)' : ABSENT);
  comparison.text('subjectUniqueID', ABSENT, certificate.hasSubjectUniqueId ? '(present)' : ABSENT);
  comparison.extensions('extensions', wantedExtensions(request, holes), certificate.extensions);
  compareOuterAlgorithm(comparison, algorithm, certificate);
  if (comparison.differences.length === 0) {
    comparison.bytes('tbsCertificate', encodeTbsCertificate(request, holes), certificate.tbs);
  }
  return comparison.differences;
}

/**
 * Everything that differs between a CRL, as our reader sees it, and what was asked for. The reader refuses what it
 * does not know, so a CRL whose fields are all as asked for has no others.
 * @param crl whole, or its to-be-signed part
 */
export function compareCrl(crl: TbsCertList, request: CrlRequest): Difference[] {
  const comparison = new Comparison();
  const algorithm = signatureIdentifier(request.signatureAlgorithm);
  comparison.text('version', '2', String(crl.version));
  comparison.bytes('signature', algorithm, crl.tbsSignatureAlgorithm.der);
  comparison.bytes('issuer', request.issuer.name, crl.issuer.der);
  comparison.time('thisUpdate', request.thisUpdate, crl.thisUpdate);
  comparison.time('nextUpdate', request.nextUpdate, crl.nextUpdate);
  const present = (isPresent: boolean) => (isPresent ? '(present)' : ABSENT);
  const { revoked } = request;
  // What is kept is there byte for byte, as a rule; of any other each entry is looked at.
  const isKept = 'kept' in revoked && !revoked.changed && beginsWith(crl.revoked, revoked.kept);
  const found = crl.revoked[Symbol.iterator]();
  let count = isKept ? revoked.kept.count : 0;
  for (let at = 0; at < count; at++) found.next();
  for (const asked of isKept ? revoked.added : revoked) {
    count++;
    const { value } = found.next();
    if (value) compareEntry(comparison, asked, value);
  }
  comparison.text('revokedCertificates', present(count > 0), present(crl.revokedPresent));
  comparison.text('number of entries', String(count), String(crl.revoked.count));
  comparison.extensions(
    'crlExtensions',
    crlExtensions(request.issuer.keyIdentifier, request.number, request),
    crl.extensions,
  );
  compareOuterAlgorithm(comparison, algorithm, crl);
  return comparison.differences;
}

/**
 * Everything that differs between a request for a key of ours, as our reader sees it, and what was to be asked for; last the
 * whole to-be-signed part, so that it asks for nothing else.
 * @param found whole, or its to-be-signed part
 * @param spki DER of the SubjectPublicKeyInfo
 */
export function compareRequest(found: CertificationRequestInfo, request: OwnRequest, spki: Uint8Array): Difference[] {
  const comparison = new Comparison();
  const wanted = requestedExtensions(request, spki);
  comparison.bytes('subject', encodeName(request.subject), found.subject.der);
  comparison.bytes('subjectPublicKeyInfo', spki, found.spki.der);
  comparison.text(
    'attributes',
    wanted.length === 0 ? ABSENT : 'extensionRequest',
    found.attributes.map(({ oid }) => oidName(oid) ?? oid).join(', ') || ABSENT,
  );
  comparison.extensions('extensionRequest', wanted, found.extensions);
  if (comparison.differences.length === 0)
    comparison.bytes('certificationRequestInfo', encodeRequestInfo(request, spki), found.tbs);
  return comparison.differences;
}

function compareEntry(comparison: Comparison, asked: Revocation, entry: RevokedEntry): void {
  const serial = hexOf(asked.serial);
  comparison.text('userCertificate', serial, entry.serial);
  comparison.time(`revocationDate of ${serial}`, asked.at, entry.at);
  const found = entry.extensions.map(({ oid, critical, criticalEncoded }) => {
    return `${oidName(oid) ?? oid}${critical ? ' (critical)' : ''}${criticalEncoded ? ' (written)' : ''}`;
  });
  const wanted = [...(asked.reason ? ['reasonCode'] : []), ...(asked.invalidSince ? ['invalidityDate'] : [])];
  comparison.text(`extensions of ${serial}`, wanted.join(', ') || ABSENT, found.join(', ') || ABSENT);
  for (const extension of entry.extensions) {
    if (asked.reason && extension.oid === OID.reasonCode)
      comparison.text(`reasonCode of ${serial}`, describeReason(asked.reason), readReason(extension));
    if (asked.invalidSince && extension.oid === OID.invalidityDate)
      comparison.text(`invalidityDate of ${serial}`, asked.invalidSince, readInvalidity(extension));
  }
}

function describeReason(reason: CrlReason): string {
  return `${reason} (${CRL_REASONS.indexOf(reason)})`;
}

function readReason(extension: Extension): string {
  return readValue(extension, () => {
    const reason = reasonCode([extension]);
    return reason ? describeReason(reason) : ABSENT;
  });
}

function readInvalidity(extension: Extension): string {
  return readValue(extension, () => invalidityDate([extension])?.at ?? ABSENT);
}

function readValue(extension: Extension, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return `malformed: ${hexOf(extension.value)}`;
    throw error;
  }
}

function compareOuterAlgorithm(
  comparison: Comparison,
  asked: Uint8Array,
  document: TbsCertificate | TbsCertList | CertificateList,
): void {
  if ('signatureAlgorithm' in document) {
    comparison.bytes('signatureAlgorithm', asked, document.signatureAlgorithm.der);
  }
}
