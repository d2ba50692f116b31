import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { hasSite, type PlannedToken, type PlannedUse } from '../plan/plan.ts';
import { provenanceWords, standingWords } from '../plan/standing-words.ts';
import { heading, type Pair, pairs, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, mono, type Paragraph, paragraph, small, text } from '../report/layout/style.ts';
import { cells, drawTable } from '../report/layout/table.ts';
import type { Before, BookInput } from './book-input.ts';
import { digestToWrite, knownDigest } from './digest-pieces.ts';
import { drawPieces } from './opening.ts';

const ON_THEIR_PAPER = 'Who was there has its words on the last pages of the book of that ceremony, in their own hand.';

/** Whether a ceremony came before this one: by its documents, and where there are none yet by what the script expects. */
export function followsAnother({ plan, authorization, before }: BookInput): boolean {
  if (authorization) return authorization.previous !== NO_DIGEST;
  if (before || hasSite(plan)) return before !== undefined;
  return plan.uses !== undefined || plan.tokens.some(({ expect }) => expect === 'ledger');
}

/** Which pack this ceremony follows, to be compared with paper of then, and what is used of it. */
export function drawEarlier(sheet: Sheet, input: BookInput): void {
  const { plan, before, authorization } = input;
  const manifest = authorization?.previous ?? before?.manifest;
  prose(sheet, [text(`${numbers(input)} ${ON_THEIR_PAPER}`)], { after: 8 });
  drawPieces(
    sheet,
    manifest === undefined
      ? digestToWrite(sheet, 'Manifest of the pack before', 'from the paper of that ceremony', sheet.width)
      : knownDigest(sheet, 'Manifest of the pack before', manifest, sheet.width),
  );
  const uses = Object.entries(plan.uses ?? {});
  if (uses.length > 0) {
    heading(sheet, 2, 'Used of it');
    drawTable(
      sheet,
      [
        { title: 'Name here', share: 14 },
        { title: 'What it is', share: 42 },
        { title: 'SHA-256', share: 44 },
      ],
      uses.map(([name, use]) =>
        cells(
          [paragraph([bold(name)])],
          [...whatOf(use, before, hasSite(plan)), ...provenanceWords(use).map((line) => small(line))],
          digestOf(use, hasSite(plan)),
        ),
      ),
    );
  }
  for (const token of plan.tokens) {
    if (token.holds === undefined || !hasSite(plan)) continue;
    heading(sheet, 2, `HSM "${token.name}", as it was left`);
    pairs(sheet, standingOf(token));
  }
}

/** `This is ceremony 2 of the CA; the pack before it is that of ceremony 1.` */
function numbers({ authorization, before }: BookInput): string {
  const own = authorization?.ceremony ?? (before ? before.number + 1 : undefined);
  return own === undefined
    ? 'Which pack this ceremony follows is not known yet: the site binding names it, and the authorization its manifest.'
    : `This is ceremony ${own} of the CA; the pack before it is that of ceremony ${before?.number ?? own - 1}.`;
}

/** @param isKnown false without a site: algorithm and number are assumed then, and nobody should expect them */
function whatOf(use: PlannedUse, before: Before | undefined, isKnown: boolean): Paragraph[] {
  const says =
    use.kind === 'key' || use.kind === 'backup'
      ? []
      : (before?.says.get(use.sha256) ?? []).map((line) => text(escapeForeign(line)));
  switch (use.kind) {
    case 'key':
      return [
        text(`key "${use.name}", labelled "${escapeForeign(use.label)}"`),
        small(
          `${isKnown ? `${use.algorithm}; ` : ''}${use.token === null ? 'on no HSM here' : `on the HSM "${use.token}"`}`,
        ),
      ];
    case 'backup':
      return [
        text(`wrapped key "${use.name}", labelled "${escapeForeign(use.label)}"`),
        ...(isKnown
          ? [
              small(`${use.wrapped.file}, ${use.wrapped.size} bytes, by ${use.wrapped.algorithm}`),
              small(`opened by ${use.set.threshold} of ${use.set.shares.map(({ seat }) => seat).join(', ')}`),
            ]
          : []),
      ];
    case 'certificate':
      return [text(`certificate "${use.name}"`), ...says, ...dates(use.notBefore, use.notAfter)];
    case 'crl':
      return isKnown
        ? [text(`CRL "${use.name}", number ${use.number}`), ...says, ...dates(use.thisUpdate, use.nextUpdate)]
        : [text(`CRL "${use.name}"`)];
  }
}

function dates(from: string, until: string): Paragraph[] {
  return from === '' ? [] : [small(`${from} to ${until}`)];
}

/** Of a key its SubjectPublicKeyInfo, of a wrapped key its file, of anything else its DER. */
function digestOf(use: PlannedUse, isKnown: boolean): Paragraph[] {
  const digest: Sha256 = use.kind === 'key' ? use.spkiSha256 : use.kind === 'backup' ? use.wrapped.sha256 : use.sha256;
  return [isKnown ? paragraph([mono(digest, 6.3)]) : small('not known when this was printed')];
}

function standingOf(token: PlannedToken): Pair[] {
  return standingWords(token).map(([what, lines]) => [what, lines.map((line) => text(line))]);
}
