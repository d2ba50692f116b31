import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { characterOf, symbolOf } from '../../src/paper-share/alphabet.ts';
import type { PaperShare } from '../../src/paper-share/payload.ts';
import {
  describeRowProblem,
  type RowProblem,
  RowReader,
  readRows,
  scannedRows,
  type WholeProblem,
} from '../../src/paper-share/read-rows.ts';
import { checksOf, placeOf } from '../../src/paper-share/row-code.ts';
import { paperRows, scanText } from '../../src/paper-share/write-rows.ts';
import { randomShare, Seeded, vectorShare } from './shares.ts';

type Problem = RowProblem | WholeProblem;

function problemsOf(rows: readonly Uint8Array[]): readonly Problem[] {
  const read = readRows(rows);
  return Array.isArray(read) ? read : [];
}

function sameShare(read: PaperShare | readonly Problem[], share: PaperShare): void {
  assert.ok(!Array.isArray(read), JSON.stringify(read));
  assert.deepEqual({ ...(read as PaperShare) }, { ...share });
}

/** A row in which a character, from 0, is another one. */
function changed(row: Uint8Array, at: number, value: number): Buffer {
  const other = Buffer.from(row);
  other[at] = characterOf(value);
  return other;
}

const valuesOf = (row: Uint8Array) => Uint8Array.from(row, (code) => symbolOf(code) as number);

describe('the rows of a share', () => {
  test('are read as they were written, in whatever case and grouping', () => {
    const random = new Seeded('read');
    for (let count = 0; count < 200; count++) {
      const share = randomShare(random);
      const rows = paperRows(share);
      assert.deepEqual(
        rows.map(({ length }) => length),
        [21, 21, 21, 21, 21, 21, 21],
      );
      sameShare(readRows(rows), share);
      const typed = rows.map((row) => {
        const text = row.toString('latin1').toLowerCase();
        return Buffer.from(` ${text.slice(0, 4)} ${text.slice(4, 11)}--${text.slice(11)} `);
      });
      sameShare(readRows(typed), share);
      const aliases = rows.map((row) => Buffer.from(row.toString('latin1').replaceAll('0', 'o').replaceAll('1', 'l')));
      sameShare(readRows(aliases), share);
    }
  });

  test('carry the bytes that the page says, five bits to a character', () => {
    const share = vectorShare();
    const bits = paperRows(share)
      .map((row) => [...valuesOf(row.subarray(0, 16))].map((value) => value.toString(2).padStart(5, '0')).join(''))
      .join('');
    const carried = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
    const payload = `01${share.set}640305${share.r.toString('hex')}${share.share.subarray(0, 32).toString('hex')}`;
    const sum = hash('sha256', Buffer.concat([Buffer.from('quorate/paper-share/1'), Buffer.from(payload, 'hex')]));
    assert.equal(carried.toString('hex'), `${payload}${sum.slice(0, 4)}`);
  });

  test('leave the share to its holder, and what is read is the reader of it alone', () => {
    const share = vectorShare();
    const rows = paperRows(share);
    const read = readRows(rows) as PaperShare;
    read.share.fill(0);
    sameShare(readRows(rows), share);
  });
});

describe('the code of a row', () => {
  /** In the field of 32 elements, by powers of 2: apart from the multiplication that the program does. */
  const powers = [1];
  for (let i = 1; i < 31; i++) {
    const double = (powers[i - 1] as number) << 1;
    powers.push(double & 32 ? double ^ 0b100101 : double);
  }
  const product = (a: number, b: number) =>
    a === 0 || b === 0 ? 0 : (powers[(powers.indexOf(a) + powers.indexOf(b)) % 31] as number);

  test('has the first five powers of 2 as roots, of which its distance of six follows', () => {
    const random = new Seeded('roots');
    for (let count = 0; count < 100; count++) {
      const place = { row: 1 + random.number(7), mark: random.number(1024) };
      const data = random.bytes(16).map((byte) => byte & 31);
      const word = [place.row, place.mark >> 5, place.mark & 31, ...data, ...checksOf(place, data)];
      assert.equal(word.length, 24);
      for (const root of powers.slice(1, 6)) {
        assert.equal(
          word.reduce((sum, symbol) => product(sum, root) ^ symbol, 0),
          0,
        );
      }
    }
  });

  test('tells the place of a row from its characters alone', () => {
    const random = new Seeded('places');
    for (let count = 0; count < 500; count++) {
      const place = { row: 1 + random.number(7), mark: random.number(1024) };
      const data = random.bytes(16).map((byte) => byte & 31);
      assert.deepEqual(placeOf(Uint8Array.of(...data, ...checksOf(place, data))), place);
    }
  });
});

describe('what is mistyped', () => {
  const share = randomShare(new Seeded('mistyped'));
  const rows = paperRows(share);
  /** Every problem is of this row, and a typing error. */
  const located = (row: number, typed: Uint8Array) =>
    assert.deepEqual(problemsOf(rows.with(row - 1, Buffer.from(typed))), [{ kind: 'checksum', row }]);

  test('in one character, whichever and wherever, is located to its row', () => {
    for (const [index, row] of rows.entries()) {
      for (let at = 0; at < 21; at++) {
        for (let value = 0; value < 32; value++) {
          if (characterOf(value) !== row[at]) located(index + 1, changed(row, at, value));
        }
      }
    }
  });

  test('by two characters that changed places, neighbours or not, is located to its row', () => {
    let swapped = 0;
    for (const [index, row] of rows.entries()) {
      for (let a = 0; a < 21; a++) {
        for (let b = a + 1; b < 21; b++) {
          if (row[a] === row[b]) continue;
          const other = Buffer.from(row);
          [other[a], other[b]] = [row[b] as number, row[a] as number];
          located(index + 1, other);
          swapped += 1;
        }
      }
    }
    assert.ok(swapped > 1000);
  });

  test('in two characters is always a typing error; in three to five it never fits', () => {
    const random = new Seeded('many');
    for (let count = 0; count < 3000; count++) {
      const index = random.number(7);
      const wrong = 2 + random.number(4);
      const places = new Set<number>();
      while (places.size < wrong) places.add(random.number(21));
      let other = rows[index] as Buffer;
      for (const at of places) other = changed(other, at, symbolOf(other[at] as number)! ^ (1 + random.number(31)));
      const problems = problemsOf(rows.with(index, other));
      assert.equal(problems.length, 1);
      assert.equal((problems[0] as RowProblem).row, index + 1);
      if (wrong === 2) assert.equal(problems[0]?.kind, 'checksum');
    }
  });

  test('with a character too few or too many, or one that no row has, is located', () => {
    const row = rows[3] as Buffer;
    const at = (typed: Uint8Array) => problemsOf(rows.with(3, Buffer.from(typed)));
    assert.deepEqual(at(row.subarray(0, 20)), [{ kind: 'length', row: 4, length: 20 }]);
    assert.deepEqual(at(Buffer.concat([row, row.subarray(0, 1)])), [{ kind: 'length', row: 4, length: 22 }]);
    assert.deepEqual(at(Buffer.alloc(0)), [{ kind: 'length', row: 4, length: 0 }]);
    for (const [code, place] of [
      ['U', 7],
      ['?', 21],
      ['u', 1],
    ] as const) {
      const other = Buffer.from(row);
      other[place - 1] = code.charCodeAt(0);
      assert.deepEqual(at(other), [{ kind: 'character', row: 4, at: place }]);
    }
  });

  test('in several rows is located in each of them, the header among them or not', () => {
    const random = new Seeded('several');
    for (const wrong of [
      [1, 4],
      [2, 3, 7],
      [1, 2, 5],
      [1, 2, 3, 4, 5, 6, 7],
    ]) {
      const typed = rows.map((row, index) =>
        wrong.includes(index + 1) ? changed(row, 5, symbolOf(row[5] as number)! ^ (1 + random.number(31))) : row,
      );
      assert.deepEqual(
        problemsOf(typed),
        wrong.map((row) => ({ kind: 'checksum', row })),
      );
    }
  });
});

describe('rows at the wrong place', () => {
  const random = new Seeded('places of rows');
  const set = random.bytes(16).toString('hex');
  const share = randomShare(random, { set, x: 7 });
  const rows = paperRows(share);

  test('are told by their numbers when two of them are swapped', () => {
    for (let a = 0; a < 7; a++) {
      for (let b = a + 1; b < 7; b++) {
        const typed = rows.with(a, rows[b] as Buffer).with(b, rows[a] as Buffer);
        assert.deepEqual(problemsOf(typed), [
          { kind: 'order', row: a + 1, typed: b + 1 },
          { kind: 'order', row: b + 1, typed: a + 1 },
        ]);
      }
    }
  });

  test('are told when they are of another share of the same set, whichever its point', () => {
    for (let x = 1; x <= 255; x++) {
      if (x === 7) continue;
      const other = paperRows(randomShare(random, { set, x }));
      const row = 3 + (x % 5);
      assert.deepEqual(problemsOf(rows.with(row - 1, other[row - 1] as Buffer)), [{ kind: 'share', row, typed: row }]);
    }
  });

  test('are told when they are of another set, at their own place or another', () => {
    const other = paperRows(randomShare(new Seeded('another set'), { x: 7 }));
    assert.deepEqual(problemsOf(rows.with(1, other[1] as Buffer)), [{ kind: 'share', row: 2, typed: 2 }]);
    for (let row = 3; row <= 7; row++) {
      assert.deepEqual(problemsOf(rows.with(row - 1, other[row - 1] as Buffer)), [{ kind: 'share', row, typed: row }]);
      const typed = row === 3 ? 4 : 3;
      assert.deepEqual(problemsOf(rows.with(row - 1, other[typed - 1] as Buffer)), [{ kind: 'share', row, typed }]);
    }
  });

  test('are not taken for a share when each of them fits and their sum does not', () => {
    // Made by who knows the code: another row 5 with the checks and the mark of this share.
    const data = valuesOf((rows[4] as Buffer).subarray(0, 16)).map((value) => value ^ 3);
    const mark = placeOf(valuesOf(rows[4] as Buffer))?.mark as number;
    const forged = Buffer.from([...data, ...checksOf({ row: 5, mark }, data)].map(characterOf));
    assert.deepEqual(problemsOf(rows.with(4, forged)), [{ kind: 'whole' }]);
  });

  test('are not read when they are of another version', () => {
    const data = valuesOf((rows[0] as Buffer).subarray(0, 16));
    data[1] = (data[1] as number) ^ 0b01100;
    const row = Buffer.from([...data, ...checksOf({ row: 1, mark: 0 }, data)].map(characterOf));
    assert.deepEqual(problemsOf(rows.with(0, row)), [{ kind: 'version', row: 1, version: 2 }]);
  });
});

describe('a reader, row by row', () => {
  test('tells the set and the share as soon as their rows are there, and takes a row again', () => {
    const share = vectorShare();
    const rows = paperRows(share);
    const reader = new RowReader();
    assert.deepEqual([reader.setBegins, reader.header], ['', undefined]);
    assert.equal(reader.take(1, rows[0] as Buffer), undefined);
    assert.deepEqual([reader.setBegins, reader.header], [share.set.slice(0, 18), undefined]);
    assert.deepEqual(reader.take(2, rows[0] as Buffer), { kind: 'order', row: 2, typed: 1 });
    assert.equal(reader.header, undefined);
    assert.equal(reader.take(2, rows[1] as Buffer), undefined);
    assert.deepEqual(reader.header, { set: share.set, x: 100, threshold: 3, count: 5 });
    for (let row = 3; row <= 7; row++) {
      assert.throws(() => reader.share(), RangeError);
      assert.equal(reader.take(row, rows[row - 1] as Buffer), undefined);
    }
    sameShare(reader.share() as PaperShare, share);
    reader.forget();
    assert.equal(reader.header, undefined);
    assert.throws(() => reader.share(), RangeError);
  });
});

describe('what a scanner types', () => {
  const rows = paperRows(vectorShare());
  const line = scanText(rows);

  test('is letters and digits alone, and gives the rows', () => {
    assert.match(line.toString('latin1'), /^QUORATE1[0-9A-HJKMNP-TV-Z]{147}$/);
    assert.deepEqual(scannedRows(line)?.map(Buffer.from), rows);
    assert.deepEqual(scannedRows(Buffer.from(line.toString('latin1').toLowerCase()))?.length, 7);
  });

  test('is no row, and no row is one', () => {
    assert.equal(scannedRows(rows[0] as Buffer), undefined);
    assert.equal(scannedRows(Buffer.concat([line, Buffer.from('A')])), undefined);
    assert.equal(scannedRows(Buffer.from(line).fill('X', 0, 1)), undefined);
  });
});

test('each problem says the row and what is wrong with it, and nothing of what was typed', () => {
  const problems: Problem[] = [
    { kind: 'length', row: 3, length: 20 },
    { kind: 'character', row: 4, at: 7 },
    { kind: 'checksum', row: 5 },
    { kind: 'order', row: 6, typed: 7 },
    { kind: 'share', row: 3, typed: 3 },
    { kind: 'share', row: 3, typed: 4 },
    { kind: 'version', row: 1, version: 2 },
    { kind: 'whole' },
  ];
  assert.deepEqual(problems.map(describeRowProblem), [
    'row 3: 20 characters were typed; a row has 21',
    'row 4: character 7 is none of the digits and letters that a row is made of',
    'row 5: typing error: its last 5 characters do not fit the others',
    'row 6: this is row 7; rows are typed in their order',
    'row 3: it is typed right, and belongs to another share than the rows before it',
    'row 3: this is row 4 of another share',
    'row 1: a paper share of version 2; this program reads version 1',
    'each row fits, but together they are not one share',
  ]);
});
