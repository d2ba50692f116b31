import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { followed, lastCrlIn } from '../plan/last-crl.ts';
import { isDelta } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../x509/crl-extensions.ts';
import { scopeOf, scopeWords } from '../x509/crl-scope.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import { beginsWith } from '../x509/revoked-entries.ts';
import { attempt, drawExtensions, drawMissing, signatureFields } from './certificates.ts';
import { drawCrlChanges, MOST_LISTED, reasonLines, reasonOf } from './crl-changes.ts';
import { fingerprint, heading, type Pair, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameLines, titleOf } from './name-lines.ts';
import { filesAsMade, type PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Of what a CRL has kept more than these are counted: the ceremony that added one lists it. */
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
    heading(sheet, 2, unread ? `CRL ${path}` : `${calledCrl(crl)} of "${titleOf(crl.issuer)}"`, 160);
    fingerprint(sheet, 'CRL, SHA-256 of the DER', sha256(der).toUpperCase());
    if (unread) {
      prose(sheet, [text(`It cannot be read: ${crl.message}`, { marked: true, before: 4 })]);
      continue;
    }
    const before = crlBefore(record, path);
    pairs(sheet, [['File', [text(`${path}, ${der.length} bytes`)]], ...crlFields(crl), ...changeFields(crl, before)]);
    drawExtensions(sheet, crl.extensions);
    if (before && (crl.revoked.count > SHOWN || !beginsWith(crl.revoked, before.revoked)))
      drawCrlChanges(sheet, crl, before, { path, list: listOf(record, path) });
    drawEntries(sheet, crl, before);
  }
  return files.length;
}

function numberOf(crl: CertificateList): string {
  const number = attempt(() => cRLNumber(crl.extensions));
  return number instanceof CeremonyError || number === undefined ? 'without a number' : String(number);
}

/** `CRL 7`; `Delta CRL 8, since CRL 7` */
function calledCrl(crl: CertificateList): string {
  const base = attempt(() => deltaCRLIndicator(crl.extensions));
  if (base === undefined) return `CRL ${numberOf(crl)}`;
  return `Delta CRL ${numberOf(crl)}, since CRL ${base instanceof CeremonyError ? 'without a number' : base}`;
}

function crlFields(crl: CertificateList): Pair[] {
  return [
    ['Version', [text(String(crl.version))]],
    ['Issuer', nameLines(crl.issuer).map((line) => text(line))],
    ['This update', [text(instant(crl.thisUpdate.at))]],
    ['Next update', [text(crl.nextUpdate ? instant(crl.nextUpdate.at) : 'none')]],
    ...partitionField(crl),
    ['Revoked certificates', [text(crl.revoked.count === 0 ? 'none' : String(crl.revoked.count))]],
    ...signatureFields(crl.signatureAlgorithm, crl.signature),
  ];
}

/** Whoever reads a part for the whole takes all else for good. */
function partitionField(crl: CertificateList): Pair[] {
  const scope = attempt(() => scopeOf(crl));
  if (scope === undefined || scope instanceof CeremonyError) return [];
  return [['Partition', [text(`of these certificates alone: ${scopeWords(scope)}`)]]];
}

/** The one that it follows, of an earlier ceremony; undefined for a first CRL, or where it cannot be read. */
function crlBefore({ steps, plan, pack }: PackRecord, path: string): CertificateList | undefined {
  const step = [...steps.values()].find(({ out }) => out !== null && path === `crls/${out}`);
  const last =
    plan && step ? attempt(() => lastCrlIn(plan, followed(step.params), (one) => pack.file(one))) : undefined;
  return last instanceof CeremonyError ? undefined : last?.state;
}

/** What of the one before is kept, and what is new: nothing may be lost (RFC 5280 §3.3). */
function changeFields(crl: CertificateList, before: CertificateList | undefined): Pair[] {
  if (!before) return [];
  if (isDelta(crl)) return deltaFields(crl, before);
  // So does every CRL of ours: then none of a million is looked for.
  const isContinued = beginsWith(crl.revoked, before.revoked);
  const lost = isContinued ? [] : serialsBeyond(before, crl);
  const added = isContinued ? crl.revoked.count - before.revoked.count : serialsBeyond(crl, before).length;
  const removed = lost.length === 0 ? 'none removed' : `${lost.length} removed: ${lost.slice(0, 10).join(', ')}`;
  const words = `${before.revoked.count - before.revoked.repeated().length - lost.length} kept, ${added} added, ${removed}`;
  return [[`Since CRL ${numberOf(before)}`, [text(words, { marked: lost.length > 0 })]]];
}

/** What a delta CRL says otherwise than all that was said before it. */
function deltaFields({ revoked }: CertificateList, before: CertificateList): Pair[] {
  const counts = { revoked: 0, changed: 0, released: 0, repeated: 0 };
  for (const entry of revoked) {
    const was = before.revoked.find(entry.serial);
    const [is, last] = [reasonOf(entry), was && reasonOf(was)];
    if (is === 'removeFromCRL') counts[was ? 'released' : 'repeated'] += 1;
    else if (!was) counts.revoked += 1;
    else counts[is === last ? 'repeated' : 'changed'] += 1;
  }
  const words = `${counts.revoked} revoked, ${counts.released} released from hold, ${counts.changed} changed, ${counts.repeated} said before`;
  return [[`Since CRL ${numberOf(before)}`, [text(words)]]];
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
    if (entries.length === (was ? SHOWN : MOST_LISTED)) break;
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
        reasonLines(entry),
        ...(was ? [[text(was.find(entry.serial) ? 'before' : 'this CRL', { size: 7.8 })]] : []),
      ),
    ),
    { padding: 1.2 },
  );
  if (crl.revoked.count > entries.length)
    prose(sheet, [text(`and ${crl.revoked.count - entries.length} more, in the CRL itself`, { before: 4 })]);
}

/** The list of what is to be revoked that came in, where the step names one. */
function listOf({ steps, pack }: PackRecord, path: string): readonly [path: string, bytes: Uint8Array] | undefined {
  const step = [...steps.values()].find(({ out }) => out !== null && path === `crls/${out}`);
  const name = step?.params['revoke'];
  const list = `inputs/${typeof name === 'string' ? name : ''}.csv`;
  const bytes = pack.file(list);
  return bytes && [list, bytes];
}
