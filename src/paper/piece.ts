import { layOut } from '../report/layout/lines.ts';
import { fitted } from '../report/layout/printable.ts';
import type { Sheet, Tag } from '../report/layout/sheet.ts';
import { type Paragraph, paragraph, RULE, run, small } from '../report/layout/style.ts';

/** Something that is drawn whole: a line of text, a row of boxes, a digest. Heights and widths in points. */
export interface Piece {
  readonly height: number;
  /** Not to be the last on a page. */
  readonly keep: boolean;
  /** @param y of its top edge */
  draw(on: Canvas, x: number, y: number): void;
}

/** Where a piece is drawn, and the element of the document that its text belongs to. */
export interface Canvas {
  readonly sheet: Sheet;
  readonly tag: Tag;
}

/** Side of a box to tick. */
export const TICK = 8.5;
const CHARACTER = { width: 12.6, height: 16 } as const;
/** Of a character that stands there already, such as a hyphen. */
const GIVEN = 9;
const LABEL = 7.2;

/** Text, each line a piece of its own, so that it may go on on the next page. */
export function textPieces(sheet: Sheet, paragraphs: readonly Paragraph[], width: number): Piece[] {
  return layOut(paragraphs, width, sheet.faces).map((line, index) => {
    const before = index === 0 ? 0 : line.before;
    return {
      height: before + line.leading,
      keep: line.keep,
      draw: ({ sheet: on, tag }, x, y) => on.mark(tag, () => void on.drawLines([line], x, y + before)),
    };
  });
}

export function gap(height: number): Piece {
  return { height, keep: true, draw: () => undefined };
}

/** A box to tick, with what it is for beside it; what is long goes on below. */
export function tickPieces(sheet: Sheet, paragraphs: readonly Paragraph[], width: number): Piece[] {
  const indent = TICK + 5;
  return textPieces(sheet, paragraphs, width - indent).map((line, index, all) => {
    const extra = index === all.length - 1 ? 2.5 : 0;
    return {
      height: line.height + extra,
      keep: index < all.length - 1,
      draw: (on, x, y) => {
        if (index === 0) drawTick(on.sheet, x, y + (line.height - TICK) / 2);
        line.draw(on, x + indent, y);
      },
    };
  });
}

/** Ticks beside each other, as many as fit. @param texts short ones */
export function tickRow(sheet: Sheet, texts: readonly string[], width: number, columns: number): Piece[] {
  const column = width / columns;
  const rows: Piece[] = [];
  for (let at = 0; at < texts.length; at += columns) {
    const row = texts.slice(at, at + columns);
    rows.push({
      height: 13,
      keep: at + columns < texts.length,
      draw: ({ sheet: on, tag }, x, y) =>
        row.forEach((content, index) => {
          const left = x + index * column;
          drawTick(on, left, y + 2);
          const shown = fitted(content, sheet.faces.text, 8, column - TICK - 9);
          on.mark(tag, () => on.write(shown, left + TICK + 5, y + 9, 'text', 8, 'black'));
        }),
    });
  }
  return rows;
}

/**
 * One box for each character that is written; what stands in the shape for itself is printed between them.
 * @param shape `9` and `#` are boxes
 */
export function boxPieces(sheet: Sheet, name: string, hint: string, shape: string, width: number): Piece[] {
  const label = labelPieces(sheet, name, hint, width);
  const rows: Piece[] = [];
  let rest = Array.from(shape);
  while (rest.length > 0) {
    const row = firstRow(rest, width);
    rest = rest.slice(row.length);
    if (rest[0] === ' ') rest = rest.slice(1);
    const isLast = rest.length === 0;
    rows.push({
      height: CHARACTER.height + (isLast ? 5 : 3),
      keep: !isLast,
      draw: ({ sheet: on, tag }, x, y) => {
        let at = x;
        for (const character of row) {
          if (isBox(character)) on.artifact(() => on.frame(at, y, CHARACTER.width, CHARACTER.height, 0.6));
          else if (character !== ' ') {
            const left = at + (GIVEN - on.faces.mono.widthOf(character, 9)) / 2;
            on.mark(tag, () => on.write(character, left, y + 11.5, 'mono', 9, 'black'));
          }
          at += widthOf(character);
        }
      },
    });
  }
  return [...label, ...rows];
}

/** As many characters as fit, to the end of a group where there are groups. */
function firstRow(characters: readonly string[], width: number): readonly string[] {
  let used = 0;
  let count = 0;
  while (count < characters.length && used + widthOf(characters[count] as string) <= width)
    used += widthOf(characters[count++] as string);
  if (count === characters.length || characters[count] === ' ') return characters.slice(0, count);
  const gap = characters.slice(0, count).lastIndexOf(' ');
  return characters.slice(0, gap > 0 ? gap : Math.max(1, count));
}

function isBox(character: string): boolean {
  return character === '9' || character === '#';
}

function widthOf(character: string): number {
  return isBox(character) ? CHARACTER.width : GIVEN;
}

/** Empty lines to write on, under what they are for. */
export function linePieces(sheet: Sheet, name: string, hint: string, lines: number, width: number): Piece[] {
  return [
    ...labelPieces(sheet, name, hint, width),
    ...Array.from({ length: lines }, (_, index): Piece => {
      const isLast = index === lines - 1;
      return {
        height: 19 + (isLast ? 4 : 0),
        keep: !isLast,
        draw: ({ sheet: on }, x, y) => on.artifact(() => on.rule(x, y + 18, width, 0.6, RULE.strong)),
      };
    }),
  ];
}

/** What something to write in is for, and how; it stays with what follows. */
export function labelPieces(sheet: Sheet, name: string, hint: string, width: number): Piece[] {
  const runs = [run(name, { face: 'bold', size: LABEL + 0.6 })];
  if (hint !== '') runs.push(run(`  ${hint}`, { size: LABEL, tone: 'soft' }));
  const pieces = textPieces(sheet, [paragraph(runs)], width);
  return [...pieces.map((piece) => ({ ...piece, keep: true })), gap(1.5)];
}

/** Names and values, the names in a column of their own. */
export function valuePieces(
  sheet: Sheet,
  values: readonly (readonly [name: string, value: string])[],
  width: number,
): Piece[] {
  const share = Math.min(width * 0.4, Math.max(...values.map(([name]) => sheet.faces.text.widthOf(name, LABEL))) + 10);
  return values.flatMap(([name, value]) => {
    const label = textPieces(sheet, [small(name)], share);
    const lines = textPieces(sheet, [paragraph([run(value, { size: 8 })])], width - share);
    return lines.map((line, index): Piece => {
      const beside = label[index];
      return {
        ...line,
        draw: (on, x, y) => {
          beside?.draw(on, x, y + 0.5);
          line.draw(on, x + share, y);
        },
      };
    });
  });
}

/** A line to sign on, with the name under it and room for the date. */
export function signaturePiece(label: string, width: number): Piece {
  const line = width * 0.62;
  return {
    height: 38,
    keep: false,
    draw: ({ sheet: on, tag }, x, y) => {
      on.artifact(() => {
        on.rule(x, y + 25, line, 0.7, RULE.strong);
        on.rule(x + line + 12, y + 25, width - line - 12, 0.7, RULE.strong);
      });
      const shown = fitted(`signature: ${label}`, on.faces.text, LABEL, line);
      on.mark(tag, () => {
        on.write(shown, x, y + 33, 'text', LABEL, 'soft');
        on.write('date, UTC', x + line + 12, y + 33, 'text', LABEL, 'soft');
      });
    },
  };
}

/** An empty box with a word about it above. */
export function labelledBox(label: string, width: number, height: number): Piece {
  return {
    height: height + 11,
    keep: false,
    draw: ({ sheet: on, tag }, x, y) => {
      const shown = fitted(label, on.faces.text, 6.4, width);
      on.mark(tag, () => on.write(shown, x, y + 6.6, 'text', 6.4, 'black'));
      on.artifact(() => on.frame(x, y + 8.5, width, height, 0.7));
    },
  };
}

/** Pieces side by side, as one. */
export function besideEachOther(pieces: readonly Piece[], step: number): Piece {
  return {
    height: Math.max(0, ...pieces.map((piece) => piece.height)),
    keep: false,
    draw: (on, x, y) => pieces.forEach((piece, index) => void piece.draw(on, x + index * step, y)),
  };
}

/** Lists of pieces in columns beside each other; the first has the most. Each row stays with what was to stay with it. */
export function inColumns(lists: readonly (readonly Piece[])[], step: number): Piece[] {
  return (lists[0] ?? []).map((piece, index) => ({
    ...besideEachOther(
      lists.map((list) => list[index] ?? gap(0)),
      step,
    ),
    keep: piece.keep,
  }));
}

export function drawTick(sheet: Sheet, x: number, y: number): void {
  sheet.artifact(() => sheet.frame(x, y, TICK, TICK, 0.7));
}

export function heightOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.height, 0);
}
