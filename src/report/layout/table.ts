import { heightOf, type Line, layOut } from './lines.ts';
import type { Sheet, Tag } from './sheet.ts';
import { FILL, type Paragraph, paragraph, RULE, run } from './style.ts';

export interface Column {
  readonly title: string;
  /** Share of the table's width. */
  readonly share: number;
}

export type Row =
  | { readonly kind: 'cells'; readonly cells: readonly (readonly Paragraph[])[] }
  /** A row across all columns that stands over those after it, and again at the top of a new page. */
  | { readonly kind: 'title'; readonly content: readonly Paragraph[]; readonly again: readonly Paragraph[] };

export interface TableOptions {
  /** Without a head, e.g. names and values side by side. */
  readonly headless?: boolean;
  readonly padding?: number;
  /** Width in points; the whole text width if left out. */
  readonly width?: number;
}

export function cells(...content: (readonly Paragraph[])[]): Row {
  return { kind: 'cells', cells: content };
}

interface Laid {
  readonly row: Row;
  readonly columns: readonly (readonly Line[])[];
  readonly height: number;
}

const SIDE = 4;
/** A row is divided between two pages only where it would leave more than this share of a page empty. */
const DIVIDE_ABOVE = 0.3;

/** A table that goes on over pages: its head is repeated, a row is kept whole where that costs little. */
export function drawTable(
  sheet: Sheet,
  columns: readonly Column[],
  rows: readonly Row[],
  options: TableOptions = {},
): void {
  const table = sheet.tag('Table');
  sheet.within(table, () => {
    const grid = gridOf(sheet, columns, options);
    const laid = rows.map((row) => grid.layRow(row));
    laid.forEach((row, index) => {
      grid.draw(row, laid[index + 1]);
    });
  });
}

/** Points that such a table takes where no page ends in it. */
export function tableHeight(
  sheet: Sheet,
  columns: readonly Column[],
  rows: readonly Row[],
  options: TableOptions = {},
): number {
  const grid = gridOf(sheet, columns, options);
  return rows.reduce((sum, row) => sum + grid.layRow(row).height, grid.headHeight);
}

function gridOf(sheet: Sheet, columns: readonly Column[], options: TableOptions): Grid {
  const width = options.width ?? sheet.width;
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  const widths = columns.map((column) => (column.share / shares) * width);
  return new Grid(sheet, columns, widths, options.padding ?? 3, options.headless ?? false);
}

/** Holds what the rows of one table share: its columns, and the title to repeat. */
class Grid {
  readonly #sheet: Sheet;
  readonly #widths: readonly number[];
  readonly #padding: number;
  readonly #headless: boolean;
  readonly #head: readonly (readonly Line[])[];
  readonly #headHeight: number;
  #begun = false;
  #title: readonly Line[] | undefined;

  constructor(sheet: Sheet, columns: readonly Column[], widths: readonly number[], padding: number, headless: boolean) {
    this.#sheet = sheet;
    this.#widths = widths;
    this.#padding = padding;
    this.#headless = headless;
    this.#head = columns.map((column, index) => {
      const title = paragraph([run(column.title, { face: 'bold', size: 7.2 })]);
      return layOut([title], (widths[index] as number) - 2 * SIDE, sheet.faces);
    });
    this.#headHeight = headless ? 0 : Math.max(...this.#head.map(heightOf)) + 6;
  }

  /** Points. */
  get headHeight(): number {
    return this.#headHeight;
  }

  get #width(): number {
    return this.#widths.reduce((sum, width) => sum + width, 0);
  }

  layRow(row: Row): Laid {
    const columns =
      row.kind === 'title'
        ? [layOut(row.content, this.#width - 2 * SIDE, this.#sheet.faces)]
        : row.cells.map((cell, index) => layOut(cell, (this.#widths[index] as number) - 2 * SIDE, this.#sheet.faces));
    return { row, columns, height: Math.max(0, ...columns.map(heightOf)) + 2 * this.#padding };
  }

  draw(laid: Laid, next: Laid | undefined): void {
    const sheet = this.#sheet;
    // A title is never the last thing on a page: what stands under it begins there too.
    const page = sheet.room;
    const own = (this.#begun ? 0 : this.#headHeight) + laid.height;
    const whole = own + (laid.row.kind === 'title' ? under(next, page - own, sheet.height) : 0);
    if (whole > page && (laid.row.kind === 'title' || page < sheet.height * DIVIDE_ABOVE || !this.#begun)) {
      if (!sheet.atTop) this.#newPage(laid.row.kind === 'title');
    }
    if (!this.#begun) this.#drawHead();
    if (laid.row.kind === 'title') {
      this.#title = layOut(laid.row.again, this.#width - 2 * SIDE, sheet.faces);
      this.#drawTitle(laid);
    } else {
      this.#drawCells(laid.columns);
    }
  }

  #newPage(titled = false): void {
    this.#sheet.newPage();
    if (!this.#begun) return;
    this.#drawHead();
    const title = this.#title;
    if (titled || !title || title.length === 0) return;
    const height = heightOf(title) + 4;
    this.#sheet.artifact(() => {
      this.#sheet.rect(this.#sheet.left, this.#sheet.y, this.#width, height, FILL.act);
      this.#sheet.drawLines(title, this.#sheet.left + SIDE, this.#sheet.y + 2);
    });
    this.#sheet.y += height;
  }

  #drawHead(): void {
    const sheet = this.#sheet;
    const first = !this.#begun;
    this.#begun = true;
    if (this.#headless) return;
    const top = sheet.y;
    sheet.artifact(() => {
      sheet.rect(sheet.left, top, this.#width, this.#headHeight, FILL.head);
      sheet.rule(sheet.left, top, this.#width, 0.8, RULE.strong);
    });
    const draw = (column: number) => sheet.drawLines(this.#head[column] ?? [], this.#x(column) + SIDE, top + 3);
    if (first) {
      sheet.within(sheet.tag('TR'), () => {
        this.#widths.forEach((_, column) => {
          sheet.mark(sheet.tag('TH', { scope: 'Column' }), () => draw(column));
        });
      });
    } else {
      sheet.artifact(() => this.#widths.forEach((_, column) => void draw(column)));
    }
    sheet.artifact(() => sheet.rule(sheet.left, top + this.#headHeight, this.#width, 0.5, RULE.line));
    sheet.y = top + this.#headHeight;
  }

  #drawTitle(laid: Laid): void {
    const sheet = this.#sheet;
    const top = sheet.y;
    sheet.artifact(() => {
      sheet.rect(sheet.left, top, this.#width, laid.height, FILL.act);
      sheet.rule(sheet.left, top + laid.height, this.#width, 0.4, RULE.line);
    });
    const row = sheet.tag('TR');
    sheet.within(row, () => {
      sheet.mark(sheet.tag('TH', { scope: 'Row' }), () => {
        sheet.drawLines(laid.columns[0] ?? [], sheet.left + SIDE, top + this.#padding);
      });
    });
    sheet.y = top + laid.height;
  }

  #drawCells(columns: readonly (readonly Line[])[]): void {
    const sheet = this.#sheet;
    sheet.within(sheet.tag('TR'), () => {
      const tags = columns.map((_, index) =>
        sheet.tag(this.#headless && index === 0 ? 'TH' : 'TD', this.#scope(index)),
      );
      let rest = columns;
      for (;;) {
        const parts = rest.map((lines) => cut(lines, sheet.room - 2 * this.#padding));
        // A single line is always drawn, however little room there is: the loop must end.
        const stuck = sheet.atTop && parts.every(([now]) => now.length === 0);
        const now = stuck ? rest.map((lines) => lines.slice(0, 1)) : parts.map(([fits]) => fits);
        this.#drawPart(now, tags);
        rest = rest.map((lines, index) => lines.slice(now[index]?.length ?? 0));
        if (rest.every((lines) => lines.length === 0)) break;
        this.#newPage();
      }
    });
  }

  #scope(column: number): { scope?: 'Row' } {
    return this.#headless && column === 0 ? { scope: 'Row' } : {};
  }

  #drawPart(columns: readonly (readonly Line[])[], tags: readonly Tag[]): void {
    const sheet = this.#sheet;
    const top = sheet.y;
    const height = Math.max(0, ...columns.map(heightOf)) + 2 * this.#padding;
    columns.forEach((lines, index) => {
      const tag = tags[index];
      if (lines.length === 0 || !tag) return;
      sheet.mark(tag, () => void sheet.drawLines(lines, this.#x(index) + SIDE, top + this.#padding));
    });
    sheet.artifact(() => sheet.rule(sheet.left, top + height, this.#width, 0.4, RULE.hair));
    sheet.y = top + height;
  }

  #x(column: number): number {
    return this.#widths.slice(0, column).reduce((sum, width) => sum + width, this.#sheet.left);
  }
}

/** Height that a row takes under its title on this page: all of it where the row would go to the next page. */
function under(row: Laid | undefined, room: number, body: number): number {
  if (!row) return 0;
  const moves = row.row.kind === 'title' || room < body * DIVIDE_ABOVE;
  return moves ? row.height : Math.min(row.height, room);
}

/** The lines that fit into `room`, and those that do not. Neither side is left with a single line of a paragraph's many. */
function cut(lines: readonly Line[], room: number): [readonly Line[], readonly Line[]] {
  if (heightOf(lines) <= room) return [lines, []];
  let fits = 0;
  while (fits < lines.length && heightOf(lines.slice(0, fits + 1)) <= room) fits++;
  if (fits === lines.length - 1 && fits > 2) fits--;
  while (fits > 1 && lines[fits - 1]?.keep) fits--;
  return [lines.slice(0, fits), lines.slice(fits)];
}
