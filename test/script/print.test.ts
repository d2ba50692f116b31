import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, printProblems } from '../../src/script/problem.ts';

const problem = (over: Partial<Problem>): Problem => ({
  code: 'VALUE_REFUSED',
  file: 'f.yaml',
  line: 1,
  column: 1,
  text: 'wrong',
  severity: 'problem',
  ...over,
});

test('place, message and code, then the line with a caret under each wrong character', () => {
  assert.equal(
    printProblems([problem({ line: 2, column: 4, endColumn: 7, hint: 'say it otherwise' })], 'a: x\nb: abc\n'),
    'f.yaml:2:4: wrong [VALUE_REFUSED]\n  2 | b: abc\n    |    ^^^\n  hint: say it otherwise\n',
  );
});

test('problems are printed in the order of the file', () => {
  const printed = printProblems(
    [problem({ line: 2 }), problem({ line: 1, column: 3 }), problem({ severity: 'warning' })],
    'a: x\nb: y\n',
  );
  assert.deepEqual(
    printed.split('\n').filter((line) => line.startsWith('f.yaml')),
    [
      'f.yaml:1:1: warning: wrong [VALUE_REFUSED]',
      'f.yaml:1:3: wrong [VALUE_REFUSED]',
      'f.yaml:2:1: wrong [VALUE_REFUSED]',
    ],
  );
});

test('carets stand under wide, composed and hidden characters as a terminal shows them', () => {
  const caretsOf = (line: string, column: number, endColumn: number) => {
    const [, shown, carets] = printProblems([problem({ column, endColumn })], line).split('\n');
    return [shown, carets];
  };
  assert.deepEqual(caretsOf('東京: x', 5, 6), ['  1 | 東京: x', '    |       ^']);
  assert.deepEqual(caretsOf('東京: x', 2, 3), ['  1 | 東京: x', '    |   ^^']);
  assert.deepEqual(caretsOf('Zoë: x', 6, 7), ['  1 | Zoë: x', '    |      ^']);
  assert.deepEqual(caretsOf('\tx', 2, 3), ['  1 | \\u{9}x', '    |      ^']);
  assert.deepEqual(caretsOf('a\u202eb', 2, 3), ['  1 | a\\u{202E}b', '    |  ^^^^^^^^']);
  assert.deepEqual(caretsOf('😀: \x1b[0m', 4, 5), ['  1 | 😀: \\u{1B}[0m', '    |     ^^^^^^']);
});

test('a caret stands after the end of a line, and below none that is empty', () => {
  assert.equal(
    printProblems([problem({ column: 4 })], 'abc'),
    'f.yaml:1:4: wrong [VALUE_REFUSED]\n  1 | abc\n    |    ^\n',
  );
  assert.equal(printProblems([problem({})], ''), 'f.yaml:1:1: wrong [VALUE_REFUSED]\n');
  assert.equal(printProblems([problem({ line: 9 })], 'abc'), 'f.yaml:9:1: wrong [VALUE_REFUSED]\n');
});

test('of a long line the part around the place is shown', () => {
  const line = `${'a'.repeat(500)}X${'b'.repeat(500)}`;
  const [, shown = '', carets = ''] = printProblems([problem({ column: 501, endColumn: 502 })], line).split('\n');
  assert.equal(shown, `  1 | … ${'a'.repeat(60)}X${'b'.repeat(49)} …`);
  assert.equal(carets.indexOf('^'), shown.indexOf('X'));
});

test('nothing in a message, hint or file name reaches the terminal as it is', () => {
  const printed = printProblems([problem({ file: 'f\x1b.yaml', text: 'w\u202e', hint: 'h\n\x07' })], 'x');
  assert.equal(printed, 'f\\u{1B}.yaml:1:1: w\\u{202E} [VALUE_REFUSED]\n  1 | x\n    | ^\n  hint: h\\u{A}\\u{7}\n');
});

test('no problem, no text', () => {
  assert.equal(printProblems([], 'abc'), '');
});
