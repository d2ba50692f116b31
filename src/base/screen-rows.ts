import { displayWidth } from './display-width.ts';
import { escapeHidden } from './text.ts';

/** Columns of the smallest terminal a ceremony is held at. */
export const SCREEN_COLUMNS = 80;
/** Stands before what is left of a folded line: no line of ours begins with it. */
const CONTINUED = '  | ';

/**
 * Lines as they go onto a screen. Whatever a line was made from, no control character, escape sequence or hidden
 * character is in its rows, and none is wider than the screen: one line cannot be made to look like another.
 */
export function screenRows(lines: readonly string[]): string[] {
  return lines.flatMap((line) => fold(escapeHidden(line)));
}

/** Where a full row is cut: behind its last space, unless that leaves half of it empty. */
function endOfWords(row: string): number {
  const space = row.lastIndexOf(' ') + 1;
  return space > SCREEN_COLUMNS / 2 ? space : row.length;
}

function fold(line: string): string[] {
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const character of line) {
    const more = displayWidth(character);
    if (width + more > SCREEN_COLUMNS) {
      const at = endOfWords(row);
      rows.push(row.slice(0, at));
      row = CONTINUED + row.slice(at);
      width = displayWidth(row);
    }
    row += character;
    width += more;
  }
  rows.push(row);
  return rows;
}
