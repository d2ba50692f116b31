/** Words of a text in rows of at most `width` characters; a word that is longer is cut. Blank lines stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const indent = /^ */.exec(paragraph)?.[0] ?? '';
  const rows: string[] = [];
  let row = '';
  for (const word of paragraph.trim().split(/ (?! )/)) {
    for (const piece of cut(word, width - indent.length)) {
      if (row !== '' && indent.length + row.length + 1 + piece.length > width) {
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
  for (let at = 0; at < Math.max(1, word.length); at += width) pieces.push(word.slice(at, at + width));
  return pieces;
}

/** One row with something at its left and its right end; the left gives way. */
export function ends(left: string, right: string, width: number): string {
  const room = width - right.length - 1;
  return `${left.length > room ? `${left.slice(0, room - 1)}…` : left.padEnd(room)} ${right}`;
}

/** A name and what belongs to it, wrapped beside it. */
export function labelled(label: string, text: string, width: number): string[] {
  const column = 12;
  return wrap(text, width - column).map((row, index) => `${(index === 0 ? label : '').padEnd(column)}${row}`);
}
