import type { PaperPart } from '../plan/paper-part.ts';
import { stepsOf } from '../plan/plan.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { drawPieces } from './opening.ts';
import type { Participants } from './participants.ts';
import { partsOf } from './parts.ts';
import { boxPieces, linePieces, signaturePiece } from './piece.ts';

/** Hexadecimal digits in groups, each in a box. */
const HEX_128 = '9999 '.repeat(8).trim();
const HEX_256 = '9999 '.repeat(16).trim();

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
        "The share itself stands nowhere: it is sealed to this person's token, in an envelope that is a file on the media. Its digest tells it from " +
          'any other.',
      ),
    ],
    { after: 4 },
  );
  for (const { hsm, set, need, of, step } of shares) {
    heading(sheet, 3, `Set of the ${set} of "${hsm}"`, 130);
    prose(sheet, [text(`Made in step ${step}. It opens with ${need} of ${of} shares.`)], { after: 4 });
    drawPieces(sheet, [
      ...boxPieces(sheet, 'Set', "as it stands in the name of the envelope's file", HEX_128, sheet.width),
      ...boxPieces(
        sheet,
        'Envelope',
        'SHA-256 of that file, from the report or another computer',
        HEX_256,
        sheet.width,
      ),
    ]);
  }
  heading(sheet, 3, 'Sealed', 190);
  drawPieces(sheet, [
    ...boxPieces(sheet, 'When', 'UTC', '9999-99-99T99:99Z', sheet.width),
    ...linePieces(sheet, 'Number of the bag that the token is sealed in', '', 1, sheet.width),
    ...linePieces(sheet, 'Where it is kept from now on', '', 1, sheet.width),
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
