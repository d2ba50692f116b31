import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { hexOf } from '../der/values.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { AlgorithmIdentifier, Certificate, Extension, SubjectPublicKeyInfo } from '../x509/model.ts';
import { describePublicKey, parsePublicKey } from '../x509/public-key.ts';
import { signatureAlgorithm } from '../x509/signature.ts';
import { drawAskedAndMade } from './asked-and-made.ts';
import { batchesMade, drawBatch } from './batches.ts';
import { certificatesIn, chainFields } from './chains.ts';
import { extensionLines, oidTitle } from './extension-lines.ts';
import { textAt, valueAt } from './facts.ts';
import { LEAVES } from './key-copies.ts';
import { fingerprint, heading, type Pair, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, type Paragraph, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameLines, titleOf } from './name-lines.ts';
import { operationsOf } from './operations.ts';
import { filesAsMade, type PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Every certificate of the pack, read from its DER. @returns how many there are */
export function drawCertificates(sheet: Sheet, record: PackRecord): number {
  const files = filesAsMade(record, /^certificates\/[^/]+\.crt$/);
  const there = certificatesIn(record);
  const batches = batchesMade(record, files);
  const inBatches = new Set(batches.flatMap(({ items }) => items.map(({ path }) => path)));
  for (const { path, bytes } of files) if (!inBatches.has(path)) drawCertificate(sheet, record, path, bytes, there);
  for (const batch of batches) drawBatch(sheet, batch, there);
  return files.length;
}

function drawCertificate(
  sheet: Sheet,
  record: PackRecord,
  path: string,
  der: Uint8Array | undefined,
  there: ReturnType<typeof certificatesIn>,
): void {
  if (!der) {
    drawMissing(sheet, path);
    return;
  }
  const certificate = attempt(() => parseCertificate(der, path));
  const unread = certificate instanceof CeremonyError;
  heading(sheet, 2, unread ? `Certificate ${path}` : `Certificate "${titleOf(certificate.subject)}"`, 200);
  fingerprint(sheet, 'Certificate, SHA-256 of the DER', sha256(der).toUpperCase());
  if (unread) {
    prose(sheet, [text(`It cannot be read: ${certificate.message}`, { marked: true, before: 4 })]);
    return;
  }
  pairs(sheet, [
    ['File', [text(`${path}, ${der.length} bytes`)]],
    ...certificateFields(certificate),
    ...leavesField(record, sha256(certificate.spki.der)),
    ...chainFields(certificate, there),
  ]);
  drawExtensions(sheet, certificate.extensions);
  drawAskedAndMade(sheet, record, path, certificate);
}

/** A file that the manifest lists and the pack lacks. */
export function drawMissing(sheet: Sheet, path: string): void {
  prose(sheet, [text(`${path} is listed in the manifest, and missing from the pack`, { marked: true, before: 8 })]);
}

/** A refusal of the readers is shown, not thrown: the report of a pack with a bad certificate says so. */
export function attempt<T>(read: () => T): T | CeremonyError {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return error;
    throw error;
  }
}

function certificateFields(certificate: Certificate): Pair[] {
  const selfIssued = hexOf(certificate.subject.der) === hexOf(certificate.issuer.der);
  return [
    ['Version', [text(String(certificate.version))]],
    ['Serial number', hexLines(certificate.serial.hex)],
    ['Issuer', selfIssued ? [text('the subject itself')] : nameLines(certificate.issuer).map((line) => text(line))],
    ['Not before', [text(instant(certificate.notBefore.at))]],
    ['Not after', [text(instant(certificate.notAfter.at))]],
    ['Subject', nameLines(certificate.subject).map((line) => text(line))],
    ...keyFields(certificate.spki),
    ...signatureFields(certificate.signatureAlgorithm, certificate.signature),
  ];
}

/** Of a key that may leave its HSM: said on its certificate's page, where people look. */
function leavesField(record: PackRecord, spkiSha256: string): Pair[] {
  const isMade = operationsOf(record).some(
    ({ proposed: { descriptor }, result }) =>
      valueAt(descriptor, 'wrappable') === true && textAt(result?.facts ?? {}, 'spkiSha256') === spkiSha256,
  );
  const isUsed = Object.values(record.plan?.uses ?? {}).some(
    (use) => use.kind === 'key' && use.spkiSha256 === spkiSha256 && use.wrappable === true,
  );
  return isMade || isUsed ? [['Its key may leave its HSM', [text(LEAVES, { marked: true })]]] : [];
}

export function keyFields(spki: SubjectPublicKeyInfo): Pair[] {
  return [
    ['Public key', [text(keyTitle(spki)), ...hexLines(hexOf(spki.key))]],
    ['Public key, SHA-256', hexLines(sha256(spki.der).toUpperCase())],
  ];
}

function keyTitle(spki: SubjectPublicKeyInfo): string {
  const key = attempt(() => parsePublicKey(spki));
  return key instanceof CeremonyError ? key.message : describePublicKey(key);
}

export function signatureFields(algorithm: AlgorithmIdentifier, signature: Uint8Array): Pair[] {
  const name = signatureAlgorithm(algorithm.der)?.name ?? oidTitle(algorithm.oid);
  return [
    ['Signature algorithm', [text(`${name} (${algorithm.oid})`)]],
    ['Signature', hexLines(hexOf(signature))],
  ];
}

/** Hexadecimal in full, 64 digits to a line. */
function hexLines(hex: string): Paragraph[] {
  return (hex.match(/.{1,64}/g) ?? ['']).map((line) => paragraph([mono(line, 7)]));
}

export function drawExtensions(sheet: Sheet, extensions: readonly Extension[]): void {
  if (extensions.length === 0) return;
  heading(sheet, 3, 'Extensions');
  drawTable(
    sheet,
    [
      { title: 'Extension', share: 30 },
      { title: 'Critical', share: 10 },
      { title: 'Value', share: 60 },
    ],
    extensions.map((extension) =>
      cells(
        [text(oidTitle(extension.oid), { size: 7.8 })],
        [text(extension.critical ? 'critical' : 'no', { size: 7.8 })],
        extensionLines(extension).map((line) => {
          return /^(key identifier: |DER )?[0-9a-f]{16,}$/.test(line)
            ? paragraph([mono(line, 6.8)])
            : text(line, { size: 7.8 });
        }),
      ),
    ),
    { padding: 2 },
  );
}
