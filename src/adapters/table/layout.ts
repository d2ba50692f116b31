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

/**
 * Rows on pages of at most `perPage` of them. What stands between blank rows is on one page where it fits on one: a
 * digest is compared as a whole.
 */
export function paged(rows: readonly string[], perPage: number): string[][] {
  const pages: string[][] = [[]];
  for (const block of blocksOf(rows)) {
    const page = pages.at(-1) as string[];
    if (page.length > 0 && page.length + 1 + block.length <= perPage) page.push('', ...block);
    else if (page.length === 0 && block.length <= perPage) page.push(...block);
    else for (let at = 0; at < block.length; at += perPage) pages.push(block.slice(at, at + perPage));
  }
  return pages.length > 1 && pages[0]?.length === 0 ? pages.slice(1) : pages;
}

function blocksOf(rows: readonly string[]): string[][] {
  const blocks: string[][] = [[]];
  for (const row of rows) {
    if (row === '') blocks.push([]);
    else blocks.at(-1)?.push(row);
  }
  return blocks.filter((block) => block.length > 0);
}
