import type { Sheet, Tag } from '../report/layout/sheet.ts';
import { FILL, RULE } from '../report/layout/style.ts';
import { heightOfPieces, type Piece } from './piece.ts';

export interface FormColumn {
  readonly title: string;
  /** Points; one column without takes what is left. */
  readonly width?: number;
}

export interface FormRow {
  /** One list of pieces for each column. */
  readonly cells: readonly (readonly Piece[])[];
  /** In the first column, where the row goes on on the next page. */
  readonly again: readonly Piece[];
  /** A thick bar along the row: what it does cannot be undone. */
  readonly barred: boolean;
}

export const SIDE = 4.5;
const PADDING = 4.5;
const HEAD = 15;
const BAR = 3.6;
/** A row that would fit on one page is divided only where moving it would leave more than this share of a page empty. */
const DIVIDE_ABOVE = 0.42;

/** Widths of the columns, in points. */
export function columnWidths(sheet: Sheet, columns: readonly FormColumn[]): number[] {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  return columns.map((column) => column.width ?? sheet.width - fixed);
}

/**
 * A form with places to write in. Its head is repeated on each page; a row is kept whole where that costs little.
 * @param tail points that what comes after the form takes: the last row goes to the next page with it, so that it
 * does not stand there alone, where nobody knows what it belongs to
 */
export function drawForm(sheet: Sheet, columns: readonly FormColumn[], rows: readonly FormRow[], tail = 0): void {
  const table = sheet.tag('Table');
  sheet.within(table, () => {
    const form = new Form(sheet, columns);
    rows.forEach((row, index) => void form.draw(row, index === rows.length - 1 ? tail : 0));
  });
}

class Form {
  readonly #sheet: Sheet;
  readonly #columns: readonly FormColumn[];
  readonly #widths: readonly number[];
  #begun = false;

  constructor(sheet: Sheet, columns: readonly FormColumn[]) {
    this.#sheet = sheet;
    this.#columns = columns;
    this.#widths = columnWidths(sheet, columns);
  }

  draw(row: FormRow, tail: number): void {
    const sheet = this.#sheet;
    const height = Math.max(...row.cells.map(heightOfPieces)) + 2 * PADDING;
    const room = sheet.room - (this.#begun ? 0 : HEAD);
    const page = sheet.height - HEAD;
    const isCut = height > room && (height <= page ? room < page * DIVIDE_ABOVE : room < page / 4);
    // The first row stays with the heading above the form.
    const isLastAlone = this.#begun && !this.#atTop() && height + tail > room && height + tail <= page;
    if (!sheet.atTop && (isCut || (tail > 0 && isLastAlone))) this.#newPage();
    if (!this.#begun) this.#drawHead();
    sheet.within(sheet.tag('TR'), () => {
      const tags = row.cells.map(() => sheet.tag('TD'));
      let rest = row.cells;
      for (;;) {
        const room = sheet.room - 2 * PADDING;
        // One piece is always drawn at the top of a page, however high it is: the loop must end.
        const atTop = this.#atTop();
        const now = rest.map((pieces) => {
          const count = fitting(pieces, room);
          return pieces.slice(0, count === 0 && atTop ? 1 : count);
        });
        rest = rest.map((pieces, index) => pieces.slice(now[index]?.length ?? 0));
        if (now.some((pieces) => pieces.length > 0)) this.#drawPart(now, tags, row.barred);
        if (rest.every((pieces) => pieces.length === 0)) break;
        this.#newPage();
        rest = rest.map((pieces, index) => (index === 0 ? [...row.again, ...pieces] : pieces));
      }
    });
  }

  /** Whether nothing but the head stands on the page. */
  #atTop(): boolean {
    return this.#sheet.y <= this.#sheet.page.top + HEAD + 0.1;
  }

  #newPage(): void {
    this.#sheet.newPage();
    if (this.#begun) this.#drawHead();
  }

  #drawHead(): void {
    const sheet = this.#sheet;
    const first = !this.#begun;
    this.#begun = true;
    const top = sheet.y;
    sheet.artifact(() => {
      sheet.rect(sheet.left, top, sheet.width, HEAD, FILL.head);
      sheet.rule(sheet.left, top, sheet.width, 0.8, RULE.strong);
    });
    const write = (index: number) =>
      sheet.write(this.#columns[index]?.title ?? '', this.#x(index) + SIDE, top + 10.2, 'bold', 7.2, 'black');
    if (first) {
      sheet.within(sheet.tag('TR'), () => {
        this.#columns.forEach((_, index) => {
          sheet.mark(sheet.tag('TH', { scope: 'Column' }), () => write(index));
        });
      });
    } else sheet.artifact(() => this.#columns.forEach((_, index) => void write(index)));
    sheet.artifact(() => sheet.rule(sheet.left, top + HEAD, sheet.width, 0.6, RULE.strong));
    sheet.y = top + HEAD;
  }

  #drawPart(cells: readonly (readonly Piece[])[], tags: readonly Tag[], barred: boolean): void {
    const sheet = this.#sheet;
    const top = sheet.y;
    const height = Math.max(...cells.map(heightOfPieces)) + 2 * PADDING;
    cells.forEach((pieces, index) => {
      const tag = tags[index];
      if (!tag) return;
      let y = top + PADDING;
      for (const piece of pieces) {
        piece.draw({ sheet, tag }, this.#x(index) + SIDE, y);
        y += piece.height;
      }
    });
    sheet.artifact(() => {
      for (let index = 1; index < cells.length; index++) sheet.rect(this.#x(index) - 0.2, top, 0.4, height, RULE.line);
      if (barred) sheet.rect(sheet.left - BAR - 1.5, top, BAR, height, RULE.strong);
      sheet.rule(sheet.left, top + height, sheet.width, 0.5, RULE.line);
    });
    sheet.y = top + height;
  }

  #x(column: number): number {
    return this.#widths.slice(0, column).reduce((sum, width) => sum + width, this.#sheet.left);
  }
}

/** How many of these pieces fit into `room`, without leaving behind what belongs to the next. */
function fitting(pieces: readonly Piece[], room: number): number {
  let used = 0;
  let count = 0;
  while (count < pieces.length && used + (pieces[count] as Piece).height <= room)
    used += (pieces[count++] as Piece).height;
  if (count === pieces.length) return count;
  while (count > 0 && pieces[count - 1]?.keep) count--;
  return count;
}
