import { hexGroups } from '../base/digest.ts';
import { drawRehearsalBand } from '../report/layout/band.ts';
import { fitted } from '../report/layout/printable.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { RULE } from '../report/layout/style.ts';
import type { BookInput } from './book-input.ts';

const SIZE = 7.6;

/**
 * Head and foot of every page, once the number of pages is known: a page that was taken out, or put in from another
 * script, is noticed.
 */
export function drawFrames(sheet: Sheet, { plan, program }: BookInput): void {
  const last = sheet.pageNumber;
  const isRehearsal = plan.mode === 'rehearsal';
  const mode = plan.mode.toUpperCase();
  const title = fitted(plan.title, sheet.faces.text, SIZE, sheet.width - 96);
  const script = `script ${hexGroups(plan.script, 16).join('')}`;
  const made = `${program.name} ${program.version}, printed script`;
  const { left, width } = sheet;
  const rightOf = (text: string, face: 'text' | 'bold') => left + width - sheet.faces[face].widthOf(text, SIZE);
  sheet.eachPage((number) => {
    sheet.artifact(() => {
      if (isRehearsal) drawRehearsalBand(sheet);
      sheet.write(mode, rightOf(mode, 'bold'), 50, 'bold', SIZE, 'black');
      sheet.write(title, left, 50, 'text', SIZE, 'soft');
      sheet.rule(left, 56, width, 0.5, RULE.line);
      const foot = sheet.page.height - 46;
      const page = `page ${number} of ${last}`;
      sheet.rule(left, foot, width, 0.5, RULE.line);
      sheet.write(script, left, foot + 11, 'mono', 6.2, 'black');
      sheet.write(made, left, foot + 20, 'text', 6.8, 'soft');
      sheet.write(page, rightOf(page, 'bold'), foot + 11, 'bold', SIZE, 'black');
    });
  });
}
