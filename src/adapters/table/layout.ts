import { displayWidth } from '../../base/display-width.ts';

/** Words of a text in rows of at most `width` columns; a word that is longer is cut. Blank lines stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const indent = /^ */.exec(paragraph)?.[0] ?? '';
  const rows: string[] = [];
  let row = '';
  for (const word of paragraph.trim().split(/ (?! )/)) {
    for (const piece of cut(word, width - indent.length)) {
      if (row !== '' && indent.length + displayWidth(row) + 1 + displayWidth(piece) > width) {
        rows.push(indent + row);
        row = '';
      }
      row = row === '' ? piece : `${row} ${piece}`;
    }
  }
  rows.push(indent + row);
  return rows;
}

function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && displayWidth(piece) + displayWidth(character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** One row with something at its left and its right end; the left gives way. */
export function ends(left: string, right: string, width: number): string {
  const room = width - displayWidth(right) - 1;
  const shown = displayWidth(left) > room ? `${cut(left, room - 1)[0]}…` : left;
  return `${shown}${' '.repeat(Math.max(0, room - displayWidth(shown)))} ${right}`;
}

/** A name and what belongs to it, wrapped beside it. */
export function labelled(label: string, text: string, width: number): string[] {
  const column = 12;
  return wrap(text, width - column).map((row, index) => `${(index === 0 ? label : '').padEnd(column)}${row}`);
}
