import type { Sheet, Tag } from './sheet.ts';
import { RULE } from './style.ts';

/** The list of contents: its place is kept on the cover, its page numbers are filled in when they are known. */
export interface Contents {
  readonly titles: readonly string[];
  readonly onPage: number;
  readonly top: number;
  readonly tag: Tag;
  /** Page of each section, in order. */
  readonly pages: number[];
}

const LINE = 12.4;
const COLUMNS = 2;

export function reserveContents(sheet: Sheet, titles: readonly string[]): Contents {
  const height = Math.ceil(titles.length / COLUMNS) * LINE + 30;
  sheet.ensure(height + 14);
  // At the foot of the cover; at the top of a page of its own where the cover is full.
  const top = sheet.atTop ? sheet.y : Math.max(sheet.y + 14, sheet.bottom - height);
  sheet.y = top + height;
  return { titles, onPage: sheet.pageNumber, top, tag: sheet.tag('TOC'), pages: [] };
}

export function drawContents(sheet: Sheet, contents: Contents): void {
  const rows = Math.ceil(contents.titles.length / COLUMNS);
  const width = (sheet.width - 24) / COLUMNS;
  sheet.onPage(contents.onPage, () => {
    sheet.mark(contents.tag, () => {
      sheet.write('Contents', sheet.left, contents.top + 9, 'bold', 8.8, 'black');
      contents.titles.forEach((title, index) => {
        const x = sheet.left + Math.floor(index / rows) * (width + 24);
        const y = contents.top + 26 + (index % rows) * LINE;
        const page = String(contents.pages[index] ?? '');
        sheet.write(String(index + 1), x, y, 'bold', 8, 'black');
        sheet.write(title, x + 16, y, 'text', 8, 'black');
        sheet.write(page, x + width - sheet.faces.text.widthOf(page, 8), y, 'text', 8, 'black');
      });
    });
    sheet.artifact(() => sheet.rule(sheet.left, contents.top + 14, sheet.width, 0.5, RULE.line));
  });
}
