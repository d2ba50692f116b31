import { placeOf, SEALS, unitsOfStep } from '../plan/custody.ts';
import type { PaperPart } from '../plan/paper-part.ts';
import { allActs, stepsOf } from '../plan/plan.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { drawPieces } from './opening.ts';
import type { Participants } from './participants.ts';
import { partsOf } from './parts.ts';
import { boxPieces, linePieces, type Piece, signaturePiece } from './piece.ts';

/** Hexadecimal digits in groups, each in a box. */
const HEX_128 = '9999 '.repeat(8).trim();
const HEX_256 = '9999 '.repeat(16).trim();
const TIME = '9999-99-99T99:99Z';

type Share = Extract<PaperPart, { kind: 'share' }> & { readonly step: string };

/** A thing that its own person seals: a quorum token, as a rule. */
interface Kept {
  readonly seat: string;
  readonly unit: string;
  readonly step: string;
  readonly place: string;
}

/** What the section is called, or undefined where nobody keeps anything after this ceremony. */
export function worksheetsTitle(input: BookInput): string | undefined {
  const [shares, kept] = [sharesOf(input).length > 0, keptOf(input).length > 0];
  if (!shares && !kept) return undefined;
  return shares && kept ? 'Share and seal worksheets' : shares ? 'Share worksheets' : 'Seal worksheets';
}

/** One page for each custodian: what they hold, in which bag it lies, and that they have it. */
export function drawWorksheets(sheet: Sheet, input: BookInput, participants: Participants): void {
  const [shares, kept] = [sharesOf(input), keptOf(input)];
  const seats = new Set([...shares, ...kept].map(({ seat }) => seat));
  // In the order of the list of participants, where the pages are looked up.
  const custodians = participants.all.map(({ seat }) => seat).filter((seat) => seats.has(seat));
  custodians.forEach((seat, index) => {
    if (index > 0) sheet.newPage();
    const of = <T extends { readonly seat: string }>(list: readonly T[]) => list.filter((one) => one.seat === seat);
    drawWorksheet(sheet, participants, seat, of(shares), of(kept));
  });
}

function drawWorksheet(
  sheet: Sheet,
  participants: Participants,
  seat: string,
  shares: readonly Share[],
  kept: readonly Kept[],
): void {
  const one = participants.find(seat);
  heading(sheet, 2, `Custodian ${one?.number ?? ''}: ${participants.named(seat)}`, 200);
  if (shares.length > 0) {
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
  }
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
    ...boxPieces(sheet, 'When', 'UTC', TIME, sheet.width),
    ...(kept.length === 0
      ? [
          ...linePieces(sheet, 'Number of the bag that the token is sealed in', '', 1, sheet.width),
          ...linePieces(sheet, 'Where it is kept from now on', '', 1, sheet.width),
        ]
      : kept.flatMap((thing) => keptPieces(sheet, thing))),
    signaturePiece(`${participants.named(seat)}, who has it`, sheet.width),
    signaturePiece('a witness, who saw it sealed', sheet.width),
  ]);
}

function keptPieces(sheet: Sheet, { unit, step, place }: Kept): Piece[] {
  return [
    ...linePieces(sheet, `Number of the bag of ${unit}`, `the same as in step ${step}`, 1, sheet.width),
    ...linePieces(sheet, 'Where it is kept from now on', `${place} in the script`, 1, sheet.width),
  ];
}

function sharesOf(input: BookInput): Share[] {
  return stepsOf(input.plan).flatMap((step) =>
    partsOf(input, step).flatMap((part) =>
      part.kind === 'share' ? [{ ...part, step: `${step.number}  ${step.id}` }] : [],
    ),
  );
}

/** What people seal of their own. */
function keptOf({ plan }: BookInput): Kept[] {
  const steps = allActs(plan).flatMap((act) => act.steps);
  return steps
    .filter(({ type }) => type === SEALS)
    .flatMap((step) =>
      unitsOfStep(plan, step).flatMap(({ unit, seat }) =>
        seat === null ? [] : [{ seat, unit, step: `${step.number}  ${step.id}`, place: placeOf(step, plan, unit) }],
      ),
    );
}
