import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, type Paragraph, paragraph, run, small, text } from '../report/layout/style.ts';
import { columnWidths, drawForm, type FormColumn, type FormRow, SIDE } from './form-table.ts';
import type { Participant, Participants } from './participants.ts';
import { linePieces, type Piece, signaturePiece, textPieces } from './piece.ts';

const COLUMNS: readonly FormColumn[] = [
  { title: 'No.', width: 28 },
  { title: 'Person, seat, duties' },
  { title: 'Signature', width: 190 },
  { title: 'Initials', width: 62 },
];
/** Rows for people who are not called, and come all the same. */
const OTHERS = 2;

/** Who takes part, with a sample of what each writes elsewhere in this book. */
export function drawParticipants(sheet: Sheet, participants: Participants): void {
  prose(
    sheet,
    [
      text(
        'Everybody signs here before the first step, and initials as they will on the pages that follow. Elsewhere they are called by ' +
          'their number and name.',
      ),
    ],
    { after: 6 },
  );
  drawForm(
    sheet,
    COLUMNS,
    participants.all.map((one) => rowOf(sheet, one)),
  );
  heading(sheet, 3, 'Others in the room: guests, those who come for somebody, technicians', 120);
  drawForm(
    sheet,
    COLUMNS,
    Array.from({ length: OTHERS }, () => otherRow(sheet)),
  );
}

function rowOf(sheet: Sheet, one: Participant): FormRow {
  const width = (columnWidths(sheet, COLUMNS)[1] as number) - 2 * SIDE;
  const organisation = [one.organisation, ...(one.independent ? ['independent of the CA'] : [])].filter(Boolean);
  const said: Paragraph[] = [
    ...(one.name === '' ? [] : [paragraph([bold(one.name, 9)])]),
    text([...organisation, one.seat].join(', '), { size: 8 }),
    ...(one.duties === '' ? [] : [small(one.duties)]),
  ];
  return {
    cells: [
      textPieces(sheet, [paragraph([bold(String(one.number), 10)])], 20),
      [...(one.name === '' ? linePieces(sheet, 'name', '', 1, width) : []), ...textPieces(sheet, said, width)],
      [signaturePiece('', 181)],
      [emptyLine(48)],
    ],
    again: [],
    barred: false,
  };
}

function otherRow(sheet: Sheet): FormRow {
  const width = (columnWidths(sheet, COLUMNS)[1] as number) - 2 * SIDE;
  return {
    cells: [
      [],
      linePieces(sheet, 'name, and why they are here', '', 1, width),
      [signaturePiece('', 181)],
      [emptyLine(48)],
    ],
    again: [],
    barred: false,
  };
}

/** Room to write in, in a cell whose frame is the table's. */
function emptyLine(height: number): Piece {
  return { height: height * 0.75, keep: false, draw: () => undefined };
}

/** How this book is to be read and filled in. */
export function drawUse(sheet: Sheet): void {
  const rule = (name: string, what: string): Paragraph =>
    paragraph([bold(`${name}  `, 8.4), run(what, { size: 8.4 })], { before: 3.5 });
  prose(sheet, [
    rule('Order', 'step by step, as the screen: number, name and words of a step are the same on both.'),
    rule('Initials', 'whoever checks a step initials it when it is done, never before, and writes the time.'),
    rule('Time', 'UTC, hours and minutes, from the clock that was compared.'),
    rule(
      'Black bar',
      'a step with a bar at its left and the words THIS CANNOT BE UNDONE cannot be undone: pause, look, then go on.',
    ),
    rule('Boxes to tick', 'are ticked by whoever looks, at the moment when they see it.'),
    rule(
      'Digests',
      'where words are printed, somebody reads the screen aloud, another follows here, and ticks row by row. Empty rows are written by hand ' +
        'from the screen, in capitals or as they stand.',
    ),
    rule('Slips of the pen', 'one line through it, the right word beside it, initials. Nothing is erased or covered.'),
    rule(
      'Anything else than written',
      'anybody may stop the ceremony. What is done otherwise goes on a deviation sheet at the end of this book, and into the record.',
    ),
    rule(
      'At the end',
      'under "After the last step" the pages are gone through once more, so that everybody knows that all was done.',
    ),
    rule('Not on this paper', 'a PIN, a share, a password.'),
  ]);
}
