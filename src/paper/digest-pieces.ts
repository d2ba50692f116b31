import { hexGroups, type Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { RULE } from '../report/layout/style.ts';
import { drawTick, labelPieces, type Piece, TICK } from './piece.ts';

const WORD_ROWS = 8;
/** From this width on a digest stands across the page, to be read aloud from. */
const WIDE = 400;
/** Share of a pair's width for its first word: words of three syllables are longer. */
const TWO_SYLLABLES = 0.465;

/** A digest that is known: rows of words beside their hexadecimal digits, each with a box to tick at its end. */
export function knownDigest(sheet: Sheet, name: string, digest: Sha256, width: number): Piece[] {
  const groups = hexGroups(digest, 2);
  const rows = wordRows(digest);
  const isWide = width > WIDE;
  const leading = isWide ? 15 : 13.2;
  const size = isWide ? 10.2 : 8.6;
  const wordsAt = isWide ? 78 : 60;
  const pair = (width - wordsAt - TICK - 6) / 2;
  return [
    ...labelPieces(sheet, name, 'SHA-256; tick each row that is the same', width),
    {
      height: rows.length * leading + (isWide ? 14 : 6),
      keep: false,
      draw: ({ sheet: on, tag }, x, y) => {
        rows.forEach(({ number, words }, index) => {
          const top = y + index * leading;
          const baseline = top + leading * 0.71;
          on.mark(tag, () => {
            on.write(String(number), x, baseline, 'bold', 7.8, 'black');
            on.write(groups[index] ?? '', x + (isWide ? 16 : 10), baseline, 'mono', isWide ? 8 : 7, 'black');
            words.forEach((word, at) => {
              const left = Math.floor(at / 2) * pair + (at % 2) * pair * TWO_SYLLABLES;
              on.write(word, x + wordsAt + left, baseline, 'text', size, 'black');
            });
          });
          drawTick(on, x + width - TICK - 1, top + (leading - TICK) / 2);
          on.artifact(() => on.rule(x, top + leading, width, 0.3, RULE.hair));
        });
      },
    },
  ];
}

/** A digest that is made in the ceremony: numbered rows, four words to a row, to be written in. */
export function digestToWrite(sheet: Sheet, name: string, hint: string, width: number): Piece[] {
  const leading = 18.5;
  const word = (width - 14) / 4;
  return [
    ...labelPieces(sheet, name, hint, width),
    {
      height: WORD_ROWS * leading + 8,
      keep: false,
      draw: ({ sheet: on, tag }, x, y) => {
        for (let row = 0; row < WORD_ROWS; row++) {
          const baseline = y + (row + 1) * leading - 3;
          on.mark(tag, () => on.write(String(row + 1), x, baseline, 'bold', 8, 'black'));
          on.artifact(() => {
            for (let at = 0; at < 4; at++) on.rule(x + 14 + at * word, baseline + 2, word - 6, 0.6, RULE.strong);
          });
        }
      },
    },
  ];
}
