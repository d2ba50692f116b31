import { WRITE_HEAD } from '../plan/step-words.ts';
import { heading, prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { text } from '../report/layout/style.ts';
import { digestToWrite } from './digest-pieces.ts';
import { drawPieces } from './opening.ts';
import { boxPieces, gap, inColumns, linePieces, signaturePiece, textPieces, tickRow } from './piece.ts';

/** As many sheets as a troubled day takes; more are copied. */
const DEVIATIONS = 4;
const PAUSES = 2;
/** Who signs a deviation sheet, besides the administrator. */
const SIGNERS = ['the ceremony administrator', 'a witness', 'the auditor'];

const TIME = '9999-99-99T99:99Z';

/** What is done otherwise than written: the questions are those of the menu on the screen. */
export function drawDeviations(sheet: Sheet): void {
  for (let number = 1; number <= DEVIATIONS; number++) {
    if (number > 1) sheet.newPage();
    heading(sheet, 2, `Deviation sheet ${number} of ${DEVIATIONS}`, 300);
    if (number === 1) {
      prose(
        sheet,
        [
          text(
            'For whatever is done otherwise than this book says. It is recorded on the screen too: there, ? and Enter.',
          ),
        ],
        {
          after: 3,
        },
      );
    }
    const { width } = sheet;
    drawPieces(sheet, [
      ...linePieces(sheet, 'In step', 'its number and name', 1, width),
      ...boxPieces(sheet, 'When', 'UTC', TIME, width),
      ...textPieces(sheet, [text('What it is', { size: 7.8 })], width),
      ...tickRow(
        sheet,
        [
          'a deviation from the script',
          'a typed value is corrected',
          'somebody is replaced',
          'abort: the ceremony ends',
        ],
        width,
        2,
      ),
      gap(4),
      ...linePieces(sheet, 'What is done otherwise than written', '', 4, width),
      ...linePieces(sheet, 'Why', '', 3, width),
      ...textPieces(sheet, [text('What becomes of this step?', { size: 7.8 })], width),
      ...tickRow(sheet, ['it goes on', 'it is left out', 'it is done again'], width, 3),
      gap(4),
      ...linePieces(sheet, 'Who agrees; who approved it with their token', 'numbers of the participants', 2, width),
      ...linePieces(sheet, 'Number of the event in the record', 'as the report has it', 1, width),
      ...SIGNERS.map((who) => signaturePiece(who, width)),
    ]);
  }
}

/** Between which everybody has the head of the record on paper. */
export function drawPauses(sheet: Sheet): void {
  for (let number = 1; number <= PAUSES; number++) {
    if (number > 1) sheet.newPage();
    heading(sheet, 2, `Pause or interruption ${number} of ${PAUSES}`, 300);
    if (number === 1) {
      prose(
        sheet,
        [
          text(
            'The HSM is locked, and two people stay with the equipment. Afterwards two people type the last row of the head from their paper. After an ' +
              'interruption, the head that was written last is the one.',
          ),
        ],
        { after: 3 },
      );
    }
    const { width } = sheet;
    const half = width / 2;
    const times = [boxPieces(sheet, 'From', 'UTC', TIME, half), boxPieces(sheet, 'Until', 'UTC', TIME, half)];
    drawPieces(sheet, [
      ...linePieces(sheet, 'In step', 'its number and name', 1, width),
      ...inColumns(times, half),
      ...linePieces(sheet, 'Why', '', 2, width),
      ...linePieces(sheet, 'Who stays with the equipment', 'two people', 1, width),
      ...digestToWrite(sheet, WRITE_HEAD, '', width),
      ...linePieces(sheet, 'Who typed the last row', 'two people', 1, width),
      ...linePieces(sheet, 'The two words of the guard, where the program was started again', '', 1, width),
      ...['the ceremony administrator', 'a witness'].map((who) => signaturePiece(who, width)),
    ]);
  }
}
