import { hexGroups } from '../base/digest.ts';
import { drawRehearsalBand } from './layout/band.ts';
import { REPORT_VERSION } from './layout/fonts.ts';
import { fitted } from './layout/printable.ts';
import type { Sheet } from './layout/sheet.ts';
import { PAGE, RULE } from './layout/style.ts';
import type { PackRecord } from './record.ts';

/** Head and foot of every page, once the number of pages is known. */
export function drawFrames(sheet: Sheet, record: PackRecord): void {
  const last = sheet.pageNumber;
  const { opening } = record;
  const rehearsal = opening.mode === 'rehearsal';
  const short = (digest: string) => hexGroups(digest.slice(0, 16)).join('');
  const title = fitted(opening.title, sheet.faces.text, 7.6, sheet.width - 96);
  const identity = `script ${short(opening.script)}   ceremony ${short(record.ceremony)}`;
  const made = `${opening.program.name} ${opening.program.version}   report ${REPORT_VERSION.split(' ')[0]}`;
  const program = fitted(made, sheet.faces.text, 6.8, sheet.width - 120);
  sheet.eachPage((number) => {
    sheet.artifact(() => {
      if (rehearsal) drawRehearsalBand(sheet);
      right(sheet, opening.mode.toUpperCase(), 50, 'bold', 7.6);
      sheet.write(title, sheet.left, 50, 'text', 7.6, 'soft');
      sheet.rule(sheet.left, 56, sheet.width, 0.5, RULE.line);
      const foot = PAGE.height - 46;
      sheet.rule(sheet.left, foot, sheet.width, 0.5, RULE.line);
      sheet.write(identity, sheet.left, foot + 11, 'mono', 6.2, 'soft');
      sheet.write(program, sheet.left, foot + 20, 'text', 6.8, 'soft');
      right(sheet, `page ${number} of ${last}`, foot + 11, 'text', 7.6);
      if (rehearsal) right(sheet, 'REHEARSAL', foot + 21, 'bold', 7.6);
    });
  });
}

function right(sheet: Sheet, text: string, y: number, face: 'text' | 'bold', size: number): void {
  sheet.write(
    text,
    sheet.left + sheet.width - sheet.faces[face].widthOf(text, size),
    y,
    face,
    size,
    face === 'bold' ? 'black' : 'soft',
  );
}
