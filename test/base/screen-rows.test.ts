import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../src/base/display-width.ts';
import { screenRows } from '../../src/base/screen-rows.ts';

test('what fits stays as it is', () => {
  const line = 'x'.repeat(80);
  assert.deepEqual(screenRows(['', '  short', line]), ['', '  short', line]);
});

test('a longer line goes on behind a mark that no other line begins with', () => {
  const [first, second, third, ...none] = screenRows([`${'a'.repeat(80)}${'b'.repeat(76)}c`]);
  assert.deepEqual([first, second, third, none], ['a'.repeat(80), `  | ${'b'.repeat(76)}`, '  | c', []]);
});

test('wide characters count twice, so that the terminal does not break a row by itself', () => {
  const rows = screenRows(['鍵'.repeat(60)]);
  assert.deepEqual(rows, ['鍵'.repeat(40), `  | ${'鍵'.repeat(20)}`]);
  for (const row of screenRows([`x${'鍵'.repeat(100)}`])) assert.ok(displayWidth(row) <= 80, row);
});

test('no control character, escape sequence or hidden character is left', () => {
  assert.deepEqual(screenRows(['a\u001b[2J\nb\r\u202ec']), ['a\\u{1B}[2J\\u{A}b\\u{D}\\u{202E}c']);
});
