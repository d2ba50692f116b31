import { allActs } from '../plan/plan.ts';
import { actTitle } from '../plan/step-words.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { paragraph, run, text } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';
import { drawForm, type FormColumn } from './form-table.ts';
import { drawPieces } from './opening.ts';
import { boxPieces, gap, type Piece, textPieces, tickRow } from './piece.ts';

const COLUMNS: readonly FormColumn[] = [
  { title: 'Act' },
  { title: 'Steps', width: 76 },
  { title: 'Initials and times', width: 96 },
  { title: 'Struck out, or done otherwise', width: 150 },
];
const SIZE = 8.4;

/** The pages are gone through once more, act by act, before anybody signs that all was done. */
export function drawAllDone(sheet: Sheet, { plan }: BookInput): void {
  heading(sheet, 3, 'Was all done?', 120);
  prose(
    sheet,
    [
      text(
        'A witness goes through the pages once more and ticks each act in which every step has its initials and its time. The numbers of ' +
          'those that have not are written beside it; each of them was struck out under its own condition, or has a deviation sheet.',
      ),
    ],
    { after: 5 },
  );
  const acts = allActs(plan);
  const cell = (content: string, width: number): Piece[] =>
    textPieces(sheet, [paragraph([run(content, { size: SIZE })])], width);
  drawForm(
    sheet,
    COLUMNS,
    acts.map((act) => ({
      cells: [
        cell(actTitle(act, acts.length), sheet.width - 340),
        cell(range(act.steps.map(({ number }) => number)), 66),
        tickRow(sheet, ['all there'], 86, 1),
        [gap(15)],
      ],
      again: [],
      barred: false,
    })),
  );
  sheet.skip(8);
  drawPieces(sheet, [
    ...boxPieces(sheet, 'Deviation sheets filled in', 'how many; 0 where there are none', '99', sheet.width),
    ...boxPieces(sheet, 'Pauses and interruptions filled in', 'how many; 0 where there are none', '99', sheet.width),
  ]);
}

/** `8 to 14.5` */
function range(numbers: readonly string[]): string {
  const [first = '', last = first] = [numbers[0], numbers.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}
