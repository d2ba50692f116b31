import { hexGroups, type Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import type { Sheet } from './layout/sheet.ts';
import { fitted } from './layout/printable.ts';
import { RULE } from './layout/style.ts';

const ROW = 10.6;
const TITLE = 25;

/** Height of a digest in words with its title: eight rows. */
export const WORDS_HEIGHT = TITLE + 8 * ROW + 14;

/**
 * A SHA-256 digest to be read aloud: eight numbered rows of four words, each row beside its own eight hexadecimal
 * digits, so that either can be compared with the other.
 * @param width at least 230 points
 */
export function drawWords(sheet: Sheet, place: { x: number; width: number }, title: string, note: string, digest: Sha256): void {
  const { x, width } = place;
  const top = sheet.y;
  const groups = hexGroups(digest, 2);
  const column = (width - 74) / 4;
  sheet.artifact(() => sheet.rule(x, top + TITLE - 3, width, 0.6, RULE.line));
  sheet.mark(sheet.tag('P'), () => {
    sheet.write(fitted(title, sheet.faces.bold, 8.4, width), x, top + 9, 'bold', 8.4, 'black');
    sheet.write(note, x, top + 18.5, 'text', 6.8, 'soft');
    wordRows(digest).forEach(({ number, words }, index) => {
      const baseline = top + TITLE + 7.5 + index * ROW;
      sheet.write(String(number), x, baseline, 'bold', 7.2, 'black');
      sheet.write(groups[index] ?? '', x + 13, baseline, 'mono', 6.8, 'soft');
      words.forEach((word, at) => {
        sheet.write(word, x + 74 + at * column, baseline, 'text', Math.min(8.4, column / 5.6), 'black');
      });
    });
  });
  sheet.artifact(() => sheet.rule(x, top + TITLE + 8 * ROW + 2, width, 0.4, RULE.hair));
}
