import { allActs, type PlannedAct } from '../plan/plan.ts';
import { actTitle, endOfAct, unlockedFor, WRITE_HEAD } from '../plan/step-words.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, paragraph } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { digestToWrite } from './digest-pieces.ts';
import { columnWidths, drawForm, type FormColumn, SIDE } from './form-table.ts';
import { drawPieces } from './opening.ts';
import type { Participants } from './participants.ts';
import { heightOfPieces } from './piece.ts';
import { stepRow } from './step-row.ts';

const COLUMNS: readonly FormColumn[] = [
  { title: 'Step', width: 44 },
  { title: 'Activity' },
  { title: 'Initials', width: 104 },
  { title: 'UTC', width: 46 },
];

/** What the heading over the head of the record takes, with the room around it. */
const HEADING = 26;

/** One act: its steps, and the head of the record at its end. */
export function drawAct(sheet: Sheet, input: BookInput, participants: Participants, act: PlannedAct): void {
  const notes = [
    ...(input.plan.paper.includes(act)
      ? ['On paper alone: the program does not run. Its values are typed in, or added, later.']
      : []),
    ...(act.always ? ['Done on abort too.'] : []),
    ...(act.activation ? [`In this act ${unlockedFor(act.activation)}.`] : []),
  ];
  if (notes.length > 0) prose(sheet, [paragraph([bold(notes.join(' '), 8.4)])], { after: 5 });
  const [step = 0, activity = 0, initials = 0, time = 0] = columnWidths(sheet, COLUMNS).map(
    (width) => width - 2 * SIDE,
  );
  const rows = act.steps.map((one) => stepRow(sheet, input, participants, one, { step, activity, initials, time }));
  if (input.plan.paper.includes(act)) {
    drawForm(sheet, COLUMNS, rows);
    return;
  }
  const head = digestToWrite(sheet, WRITE_HEAD, '', sheet.width);
  drawForm(sheet, COLUMNS, rows, heightOfPieces(head) + HEADING);
  heading(sheet, 3, endOfAct(act), heightOfPieces(head));
  drawPieces(sheet, head);
}

export function titleOf(act: PlannedAct, input: BookInput): string {
  return actTitle(act, allActs(input.plan).length);
}
