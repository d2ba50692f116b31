import { type PlannedStep, stepById, stepsOf } from '../plan/plan.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { digestToWrite } from './digest-pieces.ts';
import { drawPieces } from './opening.ts';
import type { Participants } from './participants.ts';
import { approversOf, partPieces, partsOf } from './parts.ts';
import { besideEachOther, boxPieces, gap, labelledBox, labelPieces, type Piece } from './piece.ts';

/** As many digits as the number of an event has in a long ceremony. */
const PROPOSAL = '9999';
const INITIALS = { width: 78, height: 24, step: 88 } as const;

/** An operation with a sheet, and the step in which it is approved. */
interface Sheeted {
  readonly step: PlannedStep;
  readonly approvedIn: PlannedStep;
}

/** Whether officers approve something by a sheet of paper. */
export function hasSheets(input: BookInput): boolean {
  return sheetsOf(input).length > 0;
}

/** One page for each operation: what is fixed beforehand in print, and boxes for what is only known at the table. */
export function drawSheets(sheet: Sheet, input: BookInput, participants: Participants): void {
  sheetsOf(input).forEach((one, index) => {
    if (index > 0) sheet.newPage();
    drawSheet(sheet, input, participants, one);
  });
}

function drawSheet(sheet: Sheet, input: BookInput, participants: Participants, { step, approvedIn }: Sheeted): void {
  heading(sheet, 2, `${step.number}  ${step.id}: ${step.operation ?? ''}`, 200);
  prose(
    sheet,
    [
      text(
        `Filled in during step ${approvedIn.number} ${approvedIn.id}, before anybody approves: what is printed is compared, what has boxes is copied, ` +
          'each officer puts their initials to it. Then it is held to the screen of the guard, and who finds it different declines. Where ' +
          'the operation is proposed again, strike this sheet out and take that of another copy of this book.',
      ),
    ],
    { after: 6 },
  );
  const parts = input.stepTypes.get(step.type)?.sheet?.(step.params, step, input.plan) ?? [];
  drawPieces(sheet, [
    ...boxPieces(sheet, 'Proposal', 'its number, as the screen has it', PROPOSAL, sheet.width),
    ...parts.flatMap((part) => [...partPieces(sheet, input, participants, part, sheet.width), gap(4)]),
  ]);
  drawPieces(sheet, digestToWrite(sheet, 'Digest', 'all rows, as the screen has them', sheet.width));
  drawPieces(sheet, initials(sheet, input, participants, step));
}

/** A box for each who may approve it; where nobody knows yet who may, as many as must. */
function initials(sheet: Sheet, input: BookInput, participants: Participants, { operation }: PlannedStep): Piece[] {
  const { need, able } = approversOf(input, participants, operation === null ? [] : [operation]);
  const labels =
    able.length > 0 ? able.map((seat) => participants.short(seat)) : Array.from({ length: need }, () => 'officer no.');
  const perRow = Math.floor((sheet.width + INITIALS.step - INITIALS.width) / INITIALS.step);
  const rows: Piece[] = [];
  for (let at = 0; at < labels.length; at += perRow) {
    const boxes = labels.slice(at, at + perRow).map((label) => labelledBox(label, INITIALS.width, INITIALS.height));
    rows.push(besideEachOther(boxes, INITIALS.step), gap(3));
  }
  const says = `of each officer whose token approves it, at least ${need}`;
  return [...labelPieces(sheet, 'Initials', says, sheet.width), ...rows];
}

function sheetsOf(input: BookInput): Sheeted[] {
  return stepsOf(input.plan).flatMap((approvedIn) =>
    partsOf(input, approvedIn).flatMap((part) => {
      const step = part.kind === 'sheet' ? stepById(input.plan, part.step) : undefined;
      return step ? [{ step, approvedIn }] : [];
    }),
  );
}
