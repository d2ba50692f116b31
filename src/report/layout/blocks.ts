import { heightOf, layOut } from './lines.ts';
import type { Sheet } from './sheet.ts';
import { FILL, type Paragraph, paragraph, RULE, run, small } from './style.ts';
import { cells, drawTable, tableHeight } from './table.ts';

/** Height that must be left under a heading, so that it never stands last on a page. */
const FOLLOWED_BY = 64;

/** @param level 1 a section, 2 a thing in it, 3 a part of that */
export function heading(sheet: Sheet, level: 1 | 2 | 3, content: string, followedBy = FOLLOWED_BY): void {
  const size = { 1: 16, 2: 11, 3: 8.8 }[level];
  const above = { 1: 22, 2: 15, 3: 10 }[level];
  const below = { 1: 13, 2: 4, 3: 3 }[level];
  const lines = layOut([paragraph([run(content, { face: 'bold', size })])], sheet.width, sheet.faces);
  sheet.ensure(above + heightOf(lines) + below + followedBy);
  sheet.skip(above);
  sheet.mark(sheet.tag(`H${level}`), () => {
    sheet.y = sheet.drawLines(lines, sheet.left, sheet.y);
  });
  if (level === 1) sheet.artifact(() => sheet.rule(sheet.left, sheet.y + 3.5, sheet.width, 1.1, RULE.strong));
  sheet.y += below;
}

/** Running text; a paragraph is kept on one page where it fits on one. */
export function prose(sheet: Sheet, paragraphs: readonly Paragraph[], options: { after?: number } = {}): void {
  for (const one of paragraphs) {
    const lines = layOut([one], sheet.width, sheet.faces);
    sheet.ensure(Math.min(one.before + heightOf(lines), 240));
    sheet.skip(one.before);
    const tag = sheet.tag('P');
    let rest = lines;
    while (rest.length > 0) {
      let fits = rest.length;
      while (fits > 1 && heightOf(rest.slice(0, fits)) > sheet.room) fits--;
      const now = rest.slice(0, fits);
      sheet.mark(tag, () => {
        sheet.y = sheet.drawLines(now, sheet.left, sheet.y);
      });
      rest = rest.slice(fits);
      if (rest.length > 0) sheet.newPage();
    }
  }
  sheet.y += options.after ?? 0;
}

export type Pair = readonly [name: string, value: readonly Paragraph[]];

/** Names and values, one under the other. Pairs without a value are left out. */
export function pairs(sheet: Sheet, list: readonly Pair[], options: { nameShare?: number } = {}): void {
  const { columns, rows } = pairRows(list, options.nameShare);
  if (rows.length > 0) drawTable(sheet, columns, rows, PAIRS);
}

/** Points that such pairs take where no page ends in them. */
export function pairsHeight(sheet: Sheet, list: readonly Pair[]): number {
  const { columns, rows } = pairRows(list);
  return tableHeight(sheet, columns, rows, PAIRS);
}

const PAIRS = { headless: true, padding: 2.2 } as const;

function pairRows(list: readonly Pair[], share = 0.24) {
  const rows = list
    .filter(([, value]) => value.length > 0)
    .map(([name, value]) => cells([small(name, { size: 7.6 })], value));
  const columns = [
    { title: 'Field', share },
    { title: 'Value', share: 1 - share },
  ];
  return { columns, rows };
}

/** A digest in a frame, 64 characters on one line: what other people search for and compare. */
export function fingerprint(sheet: Sheet, label: string, digest: string): void {
  const height = 36;
  sheet.ensure(height + 8);
  sheet.skip(4);
  const top = sheet.y;
  sheet.artifact(() => {
    sheet.rect(sheet.left, top, sheet.width, height, FILL.box);
    sheet.frame(sheet.left, top, sheet.width, height, 0.8);
  });
  sheet.mark(sheet.tag('P'), () => {
    sheet.write(label, sheet.left + 9, top + 12.5, 'text', 7.4, 'soft');
    sheet.write(digest, sheet.left + 9, top + 27.5, 'mono', 11.2, 'black');
  });
  sheet.y = top + height + 6;
}
