import { NO_DIGEST } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import type { PlannedToken, PlannedUse } from '../plan/plan.ts';
import { provenanceWords, standingWords } from '../plan/standing-words.ts';
import { heading, type Pair, pairs, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, type Paragraph, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

/** Whether a ceremony came before this one. */
export function followsAnother({ opening }: PackRecord): boolean {
  return opening.previous !== NO_DIGEST;
}

/** What earlier ceremonies left and this one took over: by the ledger of the pack before it, which lies in this pack. */
export function drawEarlier(sheet: Sheet, { plan, opening }: PackRecord): void {
  prose(sheet, [
    text(
      `This is ceremony ${opening.number} of the CA. The first event and the authorization name the manifest of the pack before it, ` +
        'that manifest its ledger, and the ledger what stands below. Manifest, ledger, certificates and newest CRLs of then ' +
        'lie in this pack under previous/; how they were made is in the record of their own ceremonies, which is not judged here.',
      { before: 0 },
    ),
  ]);
  const uses = Object.entries(plan?.uses ?? {});
  if (uses.length > 0) {
    heading(sheet, 2, 'Used in this ceremony');
    drawTable(
      sheet,
      [
        { title: 'Name here', share: 16 },
        { title: 'What it is', share: 40 },
        { title: 'SHA-256', share: 44 },
      ],
      uses.map(([name, use]) =>
        cells(
          [text(name)],
          [...whatOf(use), ...provenanceWords(use).map((line) => text(line))],
          [paragraph([mono(digestOf(use), 6.3)])],
        ),
      ),
    );
  }
  for (const token of plan?.tokens ?? []) {
    if (token.holds === undefined) continue;
    heading(sheet, 2, `HSM "${token.name}", as it was left`);
    pairs(sheet, standingOf(token));
  }
}

function whatOf(use: PlannedUse): Paragraph[] {
  switch (use.kind) {
    case 'key':
      return [
        text(`key "${use.name}", labelled "${escapeForeign(use.label)}"`),
        text(`${use.algorithm}; ${use.token === null ? 'on no HSM here' : `on the HSM "${use.token}"`}`),
      ];
    case 'backup':
      return [
        text(`wrapped key "${use.name}", labelled "${escapeForeign(use.label)}"`),
        text(`${use.wrapped.file}, ${use.wrapped.size} bytes, by ${use.wrapped.algorithm}`),
        text(`opened by ${use.set.threshold} of ${use.set.shares.map(({ seat }) => seat).join(', ')}`),
      ];
    case 'certificate':
      return [
        text(`certificate "${use.name}"`),
        text(`valid from ${instant(use.notBefore)} to ${instant(use.notAfter)}`),
      ];
    case 'crl':
      return [
        text(`CRL "${use.name}", number ${use.number}`),
        text(`of ${instant(use.thisUpdate)}, next ${instant(use.nextUpdate)}`),
        ...(use.delta
          ? [text(`and delta CRL "${use.delta.name}", number ${use.delta.number}, SHA-256 ${use.delta.sha256}`)]
          : []),
      ];
  }
}

/** Of a key its SubjectPublicKeyInfo, of a wrapped key its file, of anything else its DER. */
function digestOf(use: PlannedUse): string {
  if (use.kind === 'backup') return use.wrapped.sha256;
  return use.kind === 'key' ? use.spkiSha256 : use.sha256;
}

function standingOf(token: PlannedToken): Pair[] {
  return standingWords(token).map(([what, lines]) => [what, lines.map((line) => text(line))]);
}
