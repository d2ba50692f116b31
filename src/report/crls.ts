import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { parseCrl } from '../x509/crl.ts';
import { cRLNumber, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList, RevokedEntry } from '../x509/model.ts';
import { attempt, drawExtensions, drawMissing, signatureFields } from './certificates.ts';
import { fingerprint, heading, type Pair, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
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
    pairs(sheet, [['File', [text(`${path}, ${der.length} bytes`)]], ...crlFields(crl)]);
    drawExtensions(sheet, crl.extensions);
    drawEntries(sheet, crl);
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

function drawEntries(sheet: Sheet, crl: CertificateList): void {
  if (crl.revoked.count === 0) return;
  heading(sheet, 3, 'Revoked certificates');
  const entries: RevokedEntry[] = [];
  for (const entry of crl.revoked) {
    if (entries.length === SHOWN) break;
    entries.push(entry);
  }
  drawTable(
    sheet,
    [
      { title: 'Serial number', share: 50 },
      { title: 'Revoked', share: 28 },
      { title: 'Reason', share: 22 },
    ],
    entries.map((entry) =>
      cells(
        [paragraph([mono(entry.serial, 6.8)])],
        [text(instant(entry.at.at), { size: 7.8 })],
        [text(reasonOf(entry), { size: 7.8 })],
      ),
    ),
    { padding: 1.2 },
  );
  if (crl.revoked.count > SHOWN)
    prose(sheet, [text(`and ${crl.revoked.count - SHOWN} more, in the CRL itself`, { before: 4 })]);
}

function reasonOf(entry: RevokedEntry): string {
  const reason = attempt(() => reasonCode(entry.extensions));
  return reason instanceof CeremonyError ? 'malformed' : (reason ?? 'none given');
}
