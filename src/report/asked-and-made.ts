import { sha256 } from '../base/digest.ts';
import { hexOf } from '../der/values.ts';
import { encodeTbsCertificate } from '../pki/encode.ts';
import { batchesAsked } from '../steps/batch-issued.ts';
import { certificateAsked } from '../steps/certificates-asked.ts';
import { parseTbsCertificate } from '../x509/certificate.ts';
import type { Extension, Name, SubjectPublicKeyInfo, TbsCertificate } from '../x509/model.ts';
import { describePublicKey, parsePublicKey } from '../x509/public-key.ts';
import { signatureAlgorithm } from '../x509/signature.ts';
import { extensionLines, oidTitle } from './extension-lines.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, type Paragraph, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameLines } from './name-lines.ts';
import { fileOf, type PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Field → its lines. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/** What only the HSM's random numbers give. */
const SERIAL = 'Serial number';

/** What the script asked of a certificate at its proposal, beside what its DER says; where they differ, that is said. */
export function drawAskedAndMade(sheet: Sheet, record: PackRecord, path: string, certificate: TbsCertificate): void {
  drawBothSides(sheet, rowsAsked(record, path, certificate), rowsOf(certificate));
}

/** @param asked undefined where it cannot be rebuilt */
export function drawBothSides(sheet: Sheet, asked: Rows | undefined, made: Rows): void {
  heading(sheet, 3, 'Asked, and made');
  if (!asked) {
    prose(sheet, [text('What was asked for it cannot be rebuilt from plan and record.', { marked: true })]);
    return;
  }
  drawRows(sheet, beside(asked, made));
}

/** A field as it was asked for and as it was made. */
export interface Beside {
  readonly field: string;
  readonly asked: readonly string[];
  readonly made: readonly string[];
  readonly differs: boolean;
}

export function beside(asked: Rows, made: Rows): Beside[] {
  return [...new Set([...asked.keys(), ...made.keys()])].map((field) => {
    const [left, right] = [asked.get(field) ?? ['nothing'], made.get(field) ?? ['nothing']];
    return { field, asked: left, made: right, differs: field !== SERIAL && left.join('\n') !== right.join('\n') };
  });
}

/** @param headless where the columns were named before */
export function drawRows(sheet: Sheet, rows: readonly Beside[], headless = false): void {
  drawTable(
    sheet,
    [
      { title: 'Field', share: 20 },
      { title: 'Asked, by plan and record', share: 40 },
      { title: 'Made, by the DER', share: 40 },
    ],
    rows.map(({ field, asked, made, differs }) =>
      cells(
        [text(differs ? `${field}: DIFFERS` : field, { size: 7.8, marked: differs })],
        paragraphs(asked),
        paragraphs(made),
      ),
    ),
    { padding: 2, headless },
  );
}

/** The to-be-signed bytes that were asked for, read as those of the certificate are: by the same words they compare. */
export function rowsAsked(record: PackRecord, path: string, certificate: TbsCertificate): Rows | undefined {
  const { plan, events } = record;
  const step = [...record.steps.values()].find(
    ({ makes, out }) => makes['certificate'] !== undefined && `certificates/${out}` === path,
  );
  try {
    const asked =
      plan && step
        ? certificateAsked(step, { plan, events, file: (one) => fileOf(record, one) })
        : askedInBatches(record).get(path);
    if (!asked) return undefined;
    const holes = { spki: asked.spki, serial: certificate.serial.bytes };
    const rows = new Map(rowsOf(parseTbsCertificate(encodeTbsCertificate(asked.request, holes))));
    return rows.set(SERIAL, ['01, and 128 random bits of the HSM']);
  } catch {
    // The plan of a pack that came from anywhere may hold anything: then nothing is rebuilt from it.
    return undefined;
  }
}

/** The requests of a folder are read once for all its certificates. */
const BATCHES = new WeakMap<PackRecord, ReturnType<typeof batchesAsked>>();

/** By the path of the certificate; none where what was asked cannot be rebuilt. */
export function askedInBatches(record: PackRecord): ReturnType<typeof batchesAsked> {
  const known = BATCHES.get(record) ?? rebuilt(record);
  BATCHES.set(record, known);
  return known;
}

function rebuilt(record: PackRecord): ReturnType<typeof batchesAsked> {
  const { plan, events, pack } = record;
  try {
    return plan ? batchesAsked({ plan, events, paths: pack.paths, file: (one) => fileOf(record, one) }) : new Map();
  } catch {
    // The plan of a pack that came from anywhere may hold anything.
    return new Map();
  }
}

export function rowsOf(certificate: TbsCertificate): Rows {
  const { subject, issuer, notBefore, notAfter, spki, tbsSignatureAlgorithm, serial, extensions } = certificate;
  return new Map([
    ...subjectRow(subject),
    ['Issuer', nameLines(issuer)],
    ['Not before', [instant(notBefore.at)]],
    ['Not after', [instant(notAfter.at)]],
    [SERIAL, [serial.hex]],
    ...keyRows(spki),
    ['Signature', [signatureAlgorithm(tbsSignatureAlgorithm.der)?.name ?? hexOf(tbsSignatureAlgorithm.der)]],
    ...extensionRows(extensions),
  ]);
}

export function subjectRow(subject: Name): [string, readonly string[]][] {
  return [['Subject', nameLines(subject)]];
}

export function keyRows(spki: SubjectPublicKeyInfo): [string, readonly string[]][] {
  return [
    ['Public key', [keyWords(spki)]],
    ['Public key, SHA-256', [sha256(spki.der)]],
  ];
}

export function extensionRows(extensions: readonly Extension[]): [string, readonly string[]][] {
  return extensions.map((extension) => [
    oidTitle(extension.oid),
    [...extensionLines(extension), ...(extension.critical ? ['critical'] : [])],
  ]);
}

function keyWords(spki: SubjectPublicKeyInfo): string {
  try {
    return describePublicKey(parsePublicKey(spki));
  } catch {
    return hexOf(spki.algorithm.der);
  }
}

function paragraphs(lines: readonly string[]): Paragraph[] {
  return lines.map((line) =>
    /^(key identifier: |DER )?[0-9a-f]{16,}$/.test(line) ? paragraph([mono(line, 6)]) : text(line, { size: 7.8 }),
  );
}
