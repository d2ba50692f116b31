import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factLines, words } from '../../src/report/facts.ts';
import type { Face, Faces } from '../../src/report/layout/fonts.ts';
import { heightOf, layOut } from '../../src/report/layout/lines.ts';
import { fitted, printable } from '../../src/report/layout/printable.ts';
import { Sheet } from '../../src/report/layout/sheet.ts';
import { bold, mono, PAGE, paragraph, run, text } from '../../src/report/layout/style.ts';
import { cells, drawTable } from '../../src/report/layout/table.ts';
import { instant, span } from '../../src/report/times.ts';
import { look } from './fixture/pdf.ts';

/** Every character one em wide; has what Latin-1 has. */
const SQUARE: Face = {
  widthOf: (content, size) => Array.from(content).length * size,
  has: (codePoint) => codePoint <= 0xff,
};
const FACES: Faces = { text: SQUARE, bold: SQUARE, mono: SQUARE };

function linesOf(content: string, width: number, size = 1): string[] {
  return layOut([text(content, { size })], width, FACES).map((line) =>
    line.segments
      .map((segment) => segment.text)
      .join('')
      .trimEnd(),
  );
}

test('lines are broken at spaces and are never wider than asked', () => {
  assert.deepEqual(linesOf('one two three', 7), ['one two', 'three']);
  assert.deepEqual(linesOf('one two three', 6), ['one', 'two', 'three']);
  assert.deepEqual(linesOf('', 7), ['']);
  for (let width = 3; width < 40; width++) {
    for (const line of linesOf('a/path/that-is-long.and has wordswithoutanybreak in it, and 0123456789abcdef', width)) {
      assert.ok(line.length <= width, `${width}: "${line}"`);
    }
  }
});

test('a word that is too wide is broken after a character that divides, nothing of it lost', () => {
  assert.deepEqual(linesOf('certificates/root.crt', 14), ['certificates/', 'root.crt']);
  assert.equal(linesOf('x'.repeat(50), 8).join(''), 'x'.repeat(50));
});

test('hexadecimal is broken into equal parts of whole groups', () => {
  const digest = '0123456789abcdef'.repeat(4);
  assert.deepEqual(linesOf(digest, 64), [digest]);
  assert.deepEqual(linesOf(digest, 40), [digest.slice(0, 32), digest.slice(32)]);
  assert.deepEqual(linesOf(digest, 24), [digest.slice(0, 24), digest.slice(24, 48), digest.slice(48)]);
});

test('runs of different faces stand beside each other, and a space between them takes room', () => {
  const [line] = layOut(
    [paragraph([bold('ab', 2), run('  cd', { size: 1 }), run('e', { size: 1, face: 'mono' })])],
    100,
    FACES,
  );
  assert.deepEqual(
    line?.segments.map(({ text: content, face, x }) => [content.trimEnd(), face, x]),
    [
      ['ab', 'bold', 0],
      ['cd', 'text', 6],
      ['e', 'mono', 8],
    ],
  );
});

test('a line that goes on ends in a space for those who hear it; a broken word does not', () => {
  const ends = layOut([text('one two', { size: 1 })], 4, FACES).map((line) => line.segments.at(-1)?.text);
  assert.deepEqual(ends, ['one ', 'two ']);
  const broken = layOut([paragraph([mono('f'.repeat(64), 1)])], 32, FACES).map((line) => line.segments.at(-1)?.text);
  assert.deepEqual(broken, ['f'.repeat(32), `${'f'.repeat(32)} `]);
});

test('what the font lacks, hides or turns round is shown by number', () => {
  assert.equal(printable('Zoë', SQUARE), 'Zoë');
  assert.equal(printable('č', SQUARE), '\\u{10D}');
  assert.equal(printable('a\u202eb\n', SQUARE), 'a\\u{202E}b\\u{A}');
  assert.equal(printable('\\u{41}', SQUARE), '\\u{5C}u{41}');
  assert.equal(printable('ש', { ...SQUARE, has: () => true }), '\\u{5E9}');
  assert.equal(printable('😀', SQUARE), '\\u{1F600}');
});

test('a text is cut with an ellipsis only where it does not fit', () => {
  assert.equal(fitted('abcdef', SQUARE, 1, 6), 'abcdef');
  assert.equal(fitted('abcdefg', SQUARE, 1, 6), 'abcde…');
  assert.equal(fitted('x'.repeat(100_000), SQUARE, 1, 6), 'xxxxx…');
});

test('facts of any shape become lines', () => {
  const shown = factLines({
    coreLimit: 0,
    interfacesUp: [],
    machine: { vendor: 'Example', swap: false },
    program: 'f'.repeat(64),
    list: Array.from({ length: 30 }, (_, index) => index),
    none: null,
    CKA_SIGN: true,
    several: [{ a: 1 }, { a: 2 }],
    memoryMiB: 4,
    modules: { cards: 'e'.repeat(64) },
    mechanisms: ['A', 'B', 'C', 'D', 'E'].map((letter) => ({ name: `CKM_${letter.repeat(11)}`, flags: 1 })),
  }).map((one) => one.runs.map((part) => part.text).join(''));
  assert.deepEqual(shown, [
    'core limit: 0  ·  interfaces up: none  ·  machine: vendor Example; swap no',
    `list  ${Array.from({ length: 24 }, (_, index) => index).join(', ')} and 6 more`,
    'none: none  ·  CKA_SIGN: yes  ·  several 1: a 1',
    'several 2: a 2  ·  memory MiB: 4',
    'mechanisms  CKM_AAAAAAAAAAA, CKM_BBBBBBBBBBB, CKM_CCCCCCCCCCC, CKM_DDDDDDDDDDD, CKM_EEEEEEEEEEE',
    'program',
    'f'.repeat(64),
    'modules cards',
    'e'.repeat(64),
  ]);
  assert.deepEqual(factLines({}), []);
  assert.equal(words('sign-off'), 'sign off');
});

test('times stay in UTC', () => {
  assert.equal(instant('2027-03-01T09:00:07Z'), '2027-03-01 09:00:07 UTC');
  assert.equal(instant('soon'), 'soon');
  assert.equal(span('2027-03-01T09:00:00Z', '2027-03-01T12:30:00Z'), '2027-03-01, 09:00:00 to 12:30:00 UTC');
  assert.equal(span('2027-03-01T22:00:00Z', '2027-03-02T01:00:00Z'), '2027-03-01 22:00:00 to 2027-03-02 01:00:00 UTC');
});

test('a table over many pages repeats its head, keeps rows whole, and stays above the foot', async () => {
  const sheet = new Sheet({ title: 't', subject: 's', creator: 'c', at: '2027-03-01T09:00:00Z' });
  sheet.newPage();
  const rows = Array.from({ length: 120 }, (_, index) =>
    cells([text(`row${index}a`), text(`row${index}b`)], [text('x')]),
  );
  drawTable(
    sheet,
    [
      { title: 'HeadOne', share: 1 },
      { title: 'HeadTwo', share: 1 },
    ],
    rows,
  );
  const seen = look(await sheet.end());
  assert.ok(seen.pages.length >= 4);
  for (const page of seen.pages) assert.match(page, /HeadOne +HeadTwo/);
  for (let row = 0; row < 120; row++) {
    const on = (letter: string) => seen.pages.findIndex((page) => page.includes(`row${row}${letter}`));
    assert.equal(on('a'), on('b'), `row ${row}`);
    assert.ok(on('a') >= 0);
  }
  assert.ok(seen.words.every((word) => word.box[3] <= PAGE.height - PAGE.bottom + 1));
});

test('the height of lines leaves out the space above the first', () => {
  const lines = layOut([text('a', { size: 10, before: 5 }), text('b', { size: 10, before: 5 })], 100, FACES);
  assert.equal(Math.round(heightOf(lines) * 10), 318);
});
