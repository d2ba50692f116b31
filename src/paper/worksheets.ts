import type { PaperPart } from '../plan/paper-part.ts';
import { stepsOf } from '../plan/plan.ts';
import { heading, pairs, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { drawPieces } from './opening.ts';
import type { Participants } from './participants.ts';
import { boxPieces, digestToWrite, gap, linePieces, signaturePiece } from './piece.ts';
import { partsOf } from './step-row.ts';

type Share = Extract<PaperPart, { kind: 'share' }> & { readonly step: string };

/** Whether somebody will hold a share after this ceremony. */
export function hasShares(input: BookInput): boolean {
  return sharesOf(input).length > 0;
}

/** One page for each custodian: what they hold, in which bag it lies, and that they have it. */
export function drawWorksheets(sheet: Sheet, input: BookInput, participants: Participants): void {
  const shares = sharesOf(input);
  const seats = [...new Set(shares.map(({ seat }) => seat))];
  seats.forEach((seat, index) => {
    if (index > 0) sheet.newPage();
    drawWorksheet(
      sheet,
      participants,
      seat,
      shares.filter((share) => share.seat === seat),
    );
  });
}

function drawWorksheet(sheet: Sheet, participants: Participants, seat: string, shares: readonly Share[]): void {
  const one = participants.find(seat);
  heading(sheet, 2, `Custodian ${one?.number ?? ''}: ${participants.named(seat)}`, 200);
  prose(
    sheet,
    [
      text(
        "The share itself stands nowhere: it is sealed to this person's token, in an envelope that is a file on the media. Its digest is written here " +
          'from the screen.',
      ),
    ],
    { after: 4 },
  );
  for (const { hsm, set, need, of, step } of shares) {
    heading(sheet, 3, `Set of the ${set} of "${hsm}"`, 250);
    pairs(sheet, [
      ['Made in step', [text(step)]],
      ['Opens with', [text(`${need} of ${of} shares`)]],
    ]);
    drawPieces(sheet, [
      gap(4),
      ...linePieces(sheet, 'Set', 'its identifier, as the screen shows it', 1, sheet.width),
      ...digestToWrite(sheet, 'Envelope', 'words of its SHA-256', sheet.width),
    ]);
  }
  drawPieces(sheet, [
    ...linePieces(sheet, 'Number of the bag that the token is sealed in', '', 1, sheet.width),
    ...boxPieces(sheet, 'Sealed', 'UTC', '9999-99-99T99:99Z', sheet.width),
    signaturePiece(`${participants.named(seat)}, who has it`, sheet.width),
    signaturePiece('a witness, who saw it sealed', sheet.width),
  ]);
}

function sharesOf(input: BookInput): Share[] {
  return stepsOf(input.plan).flatMap((step) =>
    partsOf(input, step).flatMap((part) =>
      part.kind === 'share' ? [{ ...part, step: `${step.number}  ${step.id}` }] : [],
    ),
  );
}
