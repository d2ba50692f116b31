import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ends, labelled, paged, wrap } from '../../src/adapters/table/layout.ts';
import { displayWidth } from '../../src/base/display-width.ts';

describe('wrapping', () => {
  const cases: readonly (readonly [name: string, text: string, rows: readonly string[]])[] = [
    ['what fits stays', 'ten letter', ['ten letter']],
    ['a row is as full as it can be', 'one two three four', ['one two', 'three four']],
    ['no row is wider than it may be', 'twelve letters', ['twelve', 'letters']],
    ['a word that is too long is cut', 'abcdefghijklmnopqrstuvwxyz', ['abcdefghij', 'klmnopqrst', 'uvwxyz']],
    ['what follows a cut word joins its rest', 'abcdefghijkl mn', ['abcdefghij', 'kl mn']],
    ['a word that is cut begins a row', 'ab cdefghijklmno', ['ab', 'cdefghijkl', 'mno']],
    ['blank lines stay', 'one\n\ntwo', ['one', '', 'two']],
    ['nothing is one blank row', '', ['']],
    ['an indent stays on every row, and counts', '   one two x', ['   one two', '   x']],
    ['several spaces between words stay, so that columns stand', '1  aardvark', ['1 ', 'aardvark']],
    ['wide characters take two columns', '漢字漢字漢字漢', ['漢字漢字漢', '字漢']],
    ['a character of two code units is never halved', 'abcdefghi😀j', ['abcdefghi', '😀j']],
  ];
  for (const [name, text, rows] of cases) test(name, () => assert.deepEqual(wrap(text, 10), rows));

  test('loses no word, and makes no row wider than it may be', () => {
    const text = 'The guard alone has the terminal; 漢字 pass through it, and über-long-words-are-cut-where-they-must.';
    for (let width = 4; width < 60; width++) {
      const rows = wrap(text, width);
      assert.equal(rows.join('').replaceAll(' ', ''), text.replaceAll(' ', ''), `at ${width}`);
      for (const row of rows) assert.ok(displayWidth(row) <= width, `${row} at ${width}`);
    }
  });
});

describe('what stands at both ends of a row', () => {
  test('is as wide as the row', () => {
    assert.equal(ends('left', 'right', 14), 'left     right');
    assert.equal(ends('left', 'right', 10), 'left right');
  });

  test('is shortened at its left, with a mark', () => {
    assert.equal(ends('much too long', 'right', 14), 'much to… right');
  });

  test('may be empty', () => {
    assert.equal(ends('left', '', 8), 'left    ');
    assert.equal(ends('', 'right', 8), '   right');
  });

  test('counts wide characters as two columns', () => {
    for (const left of ['漢字', '漢字漢字漢字', 'a漢字漢字漢字'])
      assert.equal(displayWidth(ends(left, 'x', 10)) <= 10 && ends(left, 'x', 10).endsWith(' x'), true, left);
    assert.equal(ends('漢字', 'x', 10), '漢字     x');
  });
});

describe('a name and what belongs to it', () => {
  test('stand side by side', () => {
    assert.deepEqual(labelled('does it', 'Dana', 40), ['does it     Dana']);
  });

  test('wrap below each other, beside the name', () => {
    assert.deepEqual(labelled('checks it', 'Alice, Bob, Carol', 24), ['checks it   Alice, Bob,', '            Carol']);
  });
});

describe('rows on pages', () => {
  const block = (name: string, length: number) => Array.from({ length }, (_, row) => `${name}${row}`);
  const shape = (rows: readonly string[], perPage: number) =>
    paged(rows, perPage).map((page) => page.map((row) => row.slice(0, 1)).join(''));

  test('keep together what stands between blank rows, as much on a page as fits', () => {
    assert.deepEqual(shape([...block('a', 2), '', ...block('b', 2), '', ...block('c', 3)], 6), ['aabb', 'ccc']);
    assert.deepEqual(shape([...block('a', 2), '', ...block('b', 3)], 6), ['aabbb']);
    assert.deepEqual(shape([...block('a', 2), '', ...block('b', 4)], 6), ['aa', 'bbbb']);
    assert.deepEqual(paged(['a', '', 'b'], 3), [['a', '', 'b']]);
  });

  test('cut what is longer than a page, and lose nothing of it', () => {
    assert.deepEqual(shape([...block('a', 7), '', ...block('b', 1)], 3), ['aaa', 'aaa', 'ab']);
    assert.deepEqual(shape([...block('a', 1), '', ...block('b', 4)], 3), ['a', 'bbb', 'b']);
  });

  test('are one page where there are none', () => {
    assert.deepEqual(paged([], 3), [[]]);
    assert.deepEqual(paged(['', ''], 3), [[]]);
  });
});
