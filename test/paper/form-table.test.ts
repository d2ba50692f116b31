import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawForm, type FormRow } from '../../src/paper/form-table.ts';
import { boxPieces, linePieces, type Piece, textPieces } from '../../src/paper/piece.ts';
import { Sheet } from '../../src/report/layout/sheet.ts';
import { LETTER, PAGE, text } from '../../src/report/layout/style.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';

const COLUMNS = [{ title: 'HeadOne', width: 60 }, { title: 'HeadTwo' }];

async function drawn(page: typeof PAGE | typeof LETTER, rows: (sheet: Sheet) => FormRow[]): Promise<Seen> {
  const sheet = new Sheet({ title: 't', subject: 's', creator: 'c', at: '1970-01-01T00:00:00Z' }, page);
  sheet.newPage();
  drawForm(sheet, COLUMNS, rows(sheet));
  return look(await sheet.end());
}

/** A row whose second cell has that many lines. */
function row(sheet: Sheet, name: string, lines: number): FormRow {
  const content = Array.from({ length: lines }, (_, index) => text(`${name}-${index + 1}.`));
  return {
    cells: [textPieces(sheet, [text(name)], 50), textPieces(sheet, content, 300)],
    again: textPieces(sheet, [text(`${name}again`)], 50),
    barred: false,
  };
}

for (const [name, page] of [
  ['A4', PAGE],
  ['Letter', LETTER],
] as const) {
  test(`${name}: a row is kept whole where that costs little; the head stands on each page`, async () => {
    const seen = await drawn(page, (sheet) => Array.from({ length: 30 }, (_, index) => row(sheet, `row${index}x`, 9)));
    assert.ok(seen.pages.length > 3);
    for (const one of seen.pages) assert.match(one, /HeadOne +HeadTwo/);
    for (let index = 0; index < 30; index++) {
      const on = (line: number) => seen.pages.findIndex((one) => one.includes(`row${index}x-${line}.`));
      assert.ok(on(1) >= 0);
      assert.equal(on(1), on(9), `row ${index}`);
    }
    assert.ok(seen.words.every(({ box }) => box[3] <= page.height - page.bottom + 1));
  });

  test(`${name}: a row higher than a page goes on, is named again, and nothing of it is lost`, async () => {
    const seen = await drawn(page, (sheet) => [row(sheet, 'first', 2), row(sheet, 'tall', 150), row(sheet, 'last', 2)]);
    assert.ok(seen.pages.length >= 3);
    for (let line = 1; line <= 150; line++)
      assert.equal(seen.pages.filter((one) => one.includes(`tall-${line}.`)).length, 1, `line ${line}`);
    assert.equal(seen.text.match(/tallagain/g)?.length, seen.pages.length - 1);
    assert.ok(seen.words.every(({ box }) => box[3] <= page.height - page.bottom + 1));
  });
}

test('what comes after a form is never alone on a page: the last row goes with it', async () => {
  const TAIL = 200;
  let moved = 0;
  // Rows of another number of lines, so that the form ends at many heights of the page.
  for (let lines = 3; lines <= 14; lines++) {
    const sheet = new Sheet({ title: 't', subject: 's', creator: 'c', at: '1970-01-01T00:00:00Z' });
    sheet.newPage();
    const rows = Array.from({ length: 9 }, (_, index) => row(sheet, `row${index}x`, lines));
    drawForm(sheet, COLUMNS, rows, TAIL);
    assert.ok(sheet.room >= TAIL, `${lines}`);
    sheet.write('AFTERWARDS', sheet.left, sheet.y + 20, 'text', 9, 'black');
    const seen = look(await sheet.end());
    const page = seen.pages.find((one) => one.includes('AFTERWARDS')) ?? '';
    assert.match(page, new RegExp(`row8x-${lines}\\.`), `${lines}`);
    if (!page.includes('row7x-1.')) moved++;
  }
  assert.ok(moved > 0, 'no form ended where its last row has to move');
});

test('a piece that no page can hold is drawn all the same, once, and the table ends', async () => {
  const seen = await drawn(PAGE, (sheet) => {
    const [line] = textPieces(sheet, [text('endless')], 300) as [Piece];
    const endless = { ...line, height: 2_000 };
    return [{ ...row(sheet, 'a', 1), cells: [[], [endless]] }, row(sheet, 'b', 1)];
  });
  assert.equal(seen.text.match(/endless/g)?.length, 1);
  assert.match(seen.text, /b-1\./);
});

test('a label is never left behind by what is written under it', async () => {
  // Text of other heights above, so that the end of the page comes at every place of a label and its line.
  for (const above of [1, 2, 3]) {
    const seen = await drawn(PAGE, (sheet) => [
      row(sheet, 'above', above),
      {
        ...row(sheet, 'r', 1),
        cells: [[], Array.from({ length: 60 }, (_, at) => linePieces(sheet, `label${at}`, '', 1, 300)).flat()],
      },
    ]);
    assert.ok(seen.pages.length > 2);
    // The line takes 19 points under its label: with less room than that, both are on the next page.
    for (const { text: word, box } of seen.words)
      if (word.startsWith('label')) assert.ok(box[3] + 19 <= PAGE.height - PAGE.bottom, `${above}: ${word}`);
  }
});

test('boxes: one for each character, groups kept together, what stands for itself is printed', () => {
  const sheet = new Sheet({ title: 't', subject: 's', creator: 'c', at: '1970-01-01T00:00:00Z' });
  sheet.newPage();
  const rowsIn = (shape: string, width: number) =>
    boxPieces(sheet, 'name', '', shape, width).filter(({ height }) => height > 15).length;
  assert.equal(rowsIn('9999', 300), 1);
  assert.equal(rowsIn('9999 9999 9999 9999', 130), 2, 'two groups to a row');
  assert.equal(rowsIn('9999 9999 9999 9999', 100), 4, 'one group to a row');
  assert.equal(rowsIn('9'.repeat(30), 130), 3, 'what has no groups is broken where it must');
});
