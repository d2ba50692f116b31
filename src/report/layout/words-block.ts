import { hexGroups, type Sha256 } from '../../base/digest.ts';
import { wordRows } from '../../base/words.ts';
import { fitted } from './printable.ts';
import type { Sheet } from './sheet.ts';
import { RULE } from './style.ts';

/** Measures of a block of words, in points. */
interface Measures {
  readonly row: number;
  readonly size: number;
  readonly hexSize: number;
  readonly hexAt: number;
  readonly wordsAt: number;
  readonly title: number;
}

/** Two beside each other on a page. */
export const NARROW: Measures = { row: 10.6, size: 7.7, hexSize: 6.2, hexAt: 11, wordsAt: 51, title: 25 };
/** Across the page, to be read aloud from. */
export const WIDE: Measures = { row: 14.6, size: 10.6, hexSize: 8.6, hexAt: 24, wordsAt: 104, title: 30 };

/** Share of a pair's width for its first word: words of three syllables are longer. */
const TWO_SYLLABLES = 0.465;
const ROWS = 8;

/** Height of a block with the space under it. */
export function wordsHeight(measures: Measures): number {
  return measures.title + ROWS * measures.row + 14;
}

export interface WordsBlock {
  readonly title: string;
  readonly note: string;
  readonly digest: Sha256;
}

/**
 * A SHA-256 digest to be read aloud: eight numbered rows of four words, each row beside its own eight hexadecimal
 * digits, so that either can be compared with the other. Draws at the sheet's place and leaves it there.
 */
export function drawWords(
  sheet: Sheet,
  place: { x: number; width: number },
  block: WordsBlock,
  measures: Measures,
): void {
  const { x, width } = place;
  const { row, size, hexSize, hexAt, wordsAt, title } = measures;
  const top = sheet.y;
  const groups = hexGroups(block.digest, 2);
  const pair = (width - wordsAt) / 2;
  sheet.artifact(() => sheet.rule(x, top + title - 3, width, 0.6, RULE.line));
  sheet.mark(sheet.tag('P'), () => {
    sheet.write(
      fitted(block.title, sheet.faces.bold, size + 0.7, width),
      x,
      top + title - 16,
      'bold',
      size + 0.7,
      'black',
    );
    sheet.write(fitted(block.note, sheet.faces.text, 6.8, width), x, top + title - 6.5, 'text', 6.8, 'soft');
    wordRows(block.digest).forEach(({ number, words }, index) => {
      const baseline = top + title + row * (index + 0.72);
      sheet.write(String(number), x, baseline, 'bold', size - 0.5, 'black');
      sheet.write(groups[index] ?? '', x + hexAt, baseline, 'mono', hexSize, 'soft');
      words.forEach((word, at) => {
        const left = Math.floor(at / 2) * pair + (at % 2) * pair * TWO_SYLLABLES;
        sheet.write(word, x + wordsAt + left, baseline, 'text', size, 'black');
      });
    });
  });
  sheet.artifact(() => sheet.rule(x, top + title + ROWS * row + 2, width, 0.4, RULE.hair));
}
