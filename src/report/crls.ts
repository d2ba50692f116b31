import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { usedCrl } from '../plan/known.ts';
import { parseCrl } from '../x509/crl.ts';
import { cRLNumber, invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import { beginsWith } from '../x509/revoked-entries.ts';
import { attempt, drawExtensions, drawMissing, signatureFields } from './certificates.ts';
import { fingerprint, heading, type Pair, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, type Paragraph, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameLines, titleOf } from './name-lines.ts';
import { filesAsMade, type PackRecord } from './record.ts';
import { instant } from './times.ts';

/** More entries than these are counted; the CRL itself has them all. */
const SHOWN = 500;

/** Every CRL of the pack, read from its DER. @returns how many there are */
export function drawCrls(sheet: Sheet, record: PackRecord): number {
  const files = filesAsMade(record, /^crls\/[^/]+\.crl$/);
  for (const { path, bytes: der } of files) {
    if (!der) {
      drawMissing(sheet, path);
      continue;
    }
    const crl = attempt(() => parseCrl(der, path));
    const unread = crl instanceof CeremonyError;
    heading(sheet, 2, unread ? `CRL ${path}` : `CRL ${numberOf(crl)} of "${titleOf(crl.issuer)}"`, 160);
    fingerprint(sheet, 'CRL, SHA-256 of the DER', sha256(der).toUpperCase());
    if (unread) {
      prose(sheet, [text(`It cannot be read: ${crl.message}`, { marked: true, before: 4 })]);
      continue;
    }
    const before = crlBefore(record, path);
    pairs(sheet, [['File', [text(`${path}, ${der.length} bytes`)]], ...crlFields(crl), ...changeFields(crl, before)]);
    drawExtensions(sheet, crl.extensions);
    drawEntries(sheet, crl, before);
  }
  return files.length;
}

function numberOf(crl: CertificateList): string {
  const number = attempt(() => cRLNumber(crl.extensions));
  return number instanceof CeremonyError || number === undefined ? 'without a number' : String(number);
}

function crlFields(crl: CertificateList): Pair[] {
  return [
    ['Version', [text(String(crl.version))]],
    ['Issuer', nameLines(crl.issuer).map((line) => text(line))],
    ['This update', [text(instant(crl.thisUpdate.at))]],
    ['Next update', [text(crl.nextUpdate ? instant(crl.nextUpdate.at) : 'none')]],
    ['Revoked certificates', [text(crl.revoked.count === 0 ? 'none' : String(crl.revoked.count))]],
    ...signatureFields(crl.signatureAlgorithm, crl.signature),
  ];
}

/** The one that it follows, of an earlier ceremony; undefined for a first CRL, or where it cannot be read. */
function crlBefore({ steps, plan, pack }: PackRecord, path: string): CertificateList | undefined {
  const step = [...steps.values()].find(({ out }) => out !== null && path === `crls/${out}`);
  const previous = step?.params['previous'];
  const use = plan && typeof previous === 'string' ? usedCrl(plan, previous) : undefined;
  const der = use && attempt(() => pack.file(use.path));
  if (!use || !der || der instanceof CeremonyError) return undefined;
  const crl = attempt(() => parseCrl(der, use.path));
  return crl instanceof CeremonyError ? undefined : crl;
}

/** What of the one before is kept, and what is new: nothing may be lost (RFC 5280 §3.3). */
function changeFields(crl: CertificateList, before: CertificateList | undefined): Pair[] {
  if (!before) return [];
  // So does every CRL of ours: then none of a million is looked for.
  const isContinued = beginsWith(crl.revoked, before.revoked);
  const lost = isContinued ? [] : serialsBeyond(before, crl);
  const added = isContinued ? crl.revoked.count - before.revoked.count : serialsBeyond(crl, before).length;
  const removed = lost.length === 0 ? 'none removed' : `${lost.length} removed: ${lost.slice(0, 10).join(', ')}`;
  const words = `${before.revoked.count - before.revoked.repeated().length - lost.length} kept, ${added} added, ${removed}`;
  return [[`Since CRL ${numberOf(before)}`, [text(words, { marked: lost.length > 0 })]]];
}

/** Serial numbers that one lists and the other does not. */
function serialsBeyond({ revoked }: CertificateList, other: CertificateList): string[] {
  const beyond = new Set<string>();
  for (const { serial } of revoked) if (!other.revoked.find(serial)) beyond.add(serial);
  return [...beyond];
}

function drawEntries(sheet: Sheet, crl: CertificateList, before: CertificateList | undefined): void {
  if (crl.revoked.count === 0) return;
  heading(sheet, 3, 'Revoked certificates');
  const was = before?.revoked;
  const entries: RevokedEntry[] = [];
  for (const entry of crl.revoked) {
    if (entries.length === SHOWN) break;
    entries.push(entry);
  }
  drawTable(
    sheet,
    [
      { title: 'Serial number', share: was ? 44 : 50 },
      { title: 'Revoked', share: was ? 22 : 28 },
      { title: 'Reason', share: 22 },
      ...(was ? [{ title: 'Since', share: 12 }] : []),
    ],
    entries.map((entry) =>
      cells(
        [paragraph([mono(entry.serial, 6.8)])],
        [text(instant(entry.at.at), { size: 7.8 })],
        [text(reasonOf(entry), { size: 7.8 }), ...sinceOf(entry)],
        ...(was ? [[text(was.find(entry.serial) ? 'before' : 'this CRL', { size: 7.8 })]] : []),
      ),
    ),
    { padding: 1.2 },
  );
  if (crl.revoked.count > SHOWN)
    prose(sheet, [text(`and ${crl.revoked.count - SHOWN} more, in the CRL itself`, { before: 4 })]);
}

function sinceOf({ extensions }: RevokedEntry): Paragraph[] {
  const since = attempt(() => invalidityDate(extensions));
  if (since === undefined) return [];
  const words = since instanceof CeremonyError ? 'invalidity date malformed' : `invalid since ${instant(since.at)}`;
  return [text(words, { size: 6.8 })];
}

function reasonOf(entry: RevokedEntry): string {
  const reason = attempt(() => reasonCode(entry.extensions));
  return reason instanceof CeremonyError ? 'malformed' : (reason ?? 'none given');
}
