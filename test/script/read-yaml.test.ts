import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printProblems } from '../../src/script/problem.ts';
import { readScript } from '../../src/script/read-script.ts';
import { readYaml } from '../../src/script/read-yaml.ts';
import { cpuTime } from './cpu-time.ts';
import { KNOWN_STEPS, VALID_SCRIPT } from './valid.ts';

const yaml = (text: string | Uint8Array) => readYaml(typeof text === 'string' ? Buffer.from(text) : text, 'f.yaml');
const problemsOf = (text: string | Uint8Array) =>
  yaml(text).problems.map(({ code, line, column, text: message }) => `${line}:${column} ${code} ${message}`);
const MEGABYTE = 1024 * 1024;

test('what is read: mappings, lists, text, whole numbers, true and false', () => {
  const { value, problems } = yaml(`---
# a comment
a: text
b: [1, -2, 0, true, False, "3", '4', yes, 2027-01-01, 12:30, 0x, 1_000]
c: { d: {}, e: [] }
f: |
  two
  lines
g: >-
  folded
  text
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(value, {
    a: 'text',
    b: [1, -2, 0, true, false, '3', '4', 'yes', '2027-01-01', '12:30', '0x', '1_000'],
    c: { d: {}, e: [] },
    f: 'two\nlines\n',
    g: 'folded text',
  });
});

test('each part has its place, of key and of value', () => {
  const { positions } = yaml('a: é\n"ключ": { b: [x, {東: 京}] }\n😀: y\n');
  const place = ({ line, column, endLine, endColumn }: ReturnType<typeof positions.key>) =>
    `${line}:${column}-${endLine}:${endColumn}`;
  assert.equal(place(positions.key(['a'])), '1:1-1:2');
  assert.equal(place(positions.value(['a'])), '1:4-1:5');
  assert.equal(place(positions.key(['ключ'])), '2:1-2:7');
  assert.equal(place(positions.value(['ключ', 'b'])), '2:14-2:25');
  assert.equal(place(positions.value(['ключ', 'b', 0])), '2:15-2:16');
  assert.equal(place(positions.key(['ключ', 'b', 1, '東'])), '2:19-2:20');
  assert.equal(place(positions.value(['ключ', 'b', 1, '東'])), '2:22-2:23');
  assert.equal(place(positions.key(['😀'])), '3:1-3:2');
  assert.equal(place(positions.value(['😀'])), '3:4-3:5');
});

test('a path that the file does not have leads to the nearest part above it', () => {
  const { positions } = yaml('a:\n  b: 1\n');
  assert.deepEqual(positions.value(['a', 'b', 'c', 0]), positions.value(['a', 'b']));
  assert.deepEqual(positions.key(['a', 'x']), positions.key(['a']));
  assert.equal(positions.has(['a', 'b']), true);
  assert.equal(positions.has(['a', 'x']), false);
  assert.equal(positions.key(['x']).line, 1);
});

describe('bytes that are no script', () => {
  const cases: readonly (readonly [name: string, bytes: string | Uint8Array, problems: readonly string[]])[] = [
    ['nothing', '', ['1:1 YAML_EMPTY the file is empty']],
    ['blanks', ' \n\n', ['1:1 YAML_EMPTY the file is empty']],
    ['a comment', '# later\n', ['1:1 YAML_EMPTY the file is empty']],
    ['an empty document', '---\n', ['1:1 YAML_EMPTY the file is empty']],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0), ['1:1 YAML_ENCODING the byte 0xff is not UTF-8']],
    ['Latin 1', Buffer.from('a: b\nc: ä\xe9t\xe9\n', 'latin1'), ['2:4 YAML_ENCODING the byte 0xe4 is not UTF-8']],
    [
      'a character cut in two',
      Buffer.from('a: b\né: 東').subarray(0, -1),
      ['2:4 YAML_ENCODING the byte 0xe6 is not UTF-8'],
    ],
    ['an encoded surrogate', Uint8Array.of(0x61, 0xed, 0xa0, 0x80), ['1:2 YAML_ENCODING the byte 0xed is not UTF-8']],
    ['an overlong form', Uint8Array.of(0x61, 0xc0, 0xaf), ['1:2 YAML_ENCODING the byte 0xc0 is not UTF-8']],
    ['a byte order mark', '\ufeffa: b\n', ['1:1 YAML_TEXT U+FEFF is a byte order mark']],
    ['NUL', 'a: b\0\n', ['1:5 YAML_TEXT U+0000 is a control character']],
    [
      'marks of the reader itself',
      'a: \u0002\u0018\u001f\n',
      ['4', '5', '6'].map(
        (column, index) => `1:${column} YAML_TEXT U+${['0002', '0018', '001F'][index]} is a control character`,
      ),
    ],
    ['text', 'hello\n', []],
    ['a file cut short in a mapping', 'a: { b: c, d', ['1:4 YAML_SYNTAX this "{" is not closed']],
    ['a file cut short in a text', 'a: "b', ['1:4 YAML_SYNTAX this quote is not closed']],
    ['a file cut short after a key', 'a:\n  b:', ['2:3 YAML_NULL "b" has no value']],
    ['brackets that do not match', 'a: [b}\n', ['1:6 YAML_SYNTAX a brace or bracket is not closed before this: "}"']],
  ];
  for (const [name, bytes, problems] of cases) test(name, () => assert.deepEqual(problemsOf(bytes), problems));
});

describe('sizes and depths', () => {
  const deep = ['1:33 YAML_DEPTH nested more than 32 deep'];
  const cases: readonly (readonly [name: string, bytes: () => string | Uint8Array, first: string])[] = [
    ['a million brackets', () => '['.repeat(1e6), deep[0] ?? ''],
    ['a million braces', () => '{'.repeat(1e6), '1:33 YAML_DEPTH nested more than 32 deep'],
    ['half a million lists in lists', () => '- '.repeat(5e5), '1:65 YAML_DEPTH nested more than 32 deep'],
    [
      'mappings by indentation',
      () => Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      '33:34 YAML_DEPTH nested more than 32 deep',
    ],
    [
      '100 MB',
      () => Buffer.alloc(100_000_000, 'a: 1\n'),
      '1:1 YAML_SIZE the file has 100000000 bytes, expected at most 1048576',
    ],
    [
      'one byte too many',
      () => Buffer.alloc(MEGABYTE + 1, 'a'),
      '1:1 YAML_SIZE the file has 1048577 bytes, expected at most 1048576',
    ],
    [
      'a million commas',
      () => `[${','.repeat(MEGABYTE - 1)}`,
      '1:400000 YAML_SIZE the file has more than 400000 words and marks',
    ],
    [
      'a million line feeds and a word',
      () => `${'\n'.repeat(MEGABYTE - 1)}a`,
      '400001:1 YAML_SIZE the file has more than 400000 words and marks',
    ],
    [
      'half a million quotes',
      () => '"'.repeat(MEGABYTE),
      '1:799999 YAML_SIZE the file has more than 400000 words and marks',
    ],
    [
      'a quote that is never closed',
      () => `a: "${'b\n'.repeat(MEGABYTE / 2 - 2)}`,
      '1:4 YAML_SYNTAX this quote is not closed',
    ],
    ['NULs', () => '\0'.repeat(MEGABYTE), '1:1 YAML_TEXT U+0000 is a control character'],
    ['tags', () => '!a '.repeat(20_000), '1:1 YAML_TAG tags ("!name") are not part of the language'],
    [
      'a long line of anchors',
      () => '&a '.repeat(MEGABYTE / 3),
      '1:1 YAML_ANCHOR anchors ("&name") are not part of the language',
    ],
    [
      'a hundred thousand escapes',
      () => `a: "${'\\u202e'.repeat(100_000)}"`,
      '1:4 YAML_TEXT the text holds an escape: U+202E changes the direction in which text is shown',
    ],
  ];
  for (const [name, bytes, first] of cases) {
    test(name, () => {
      const input = Buffer.from(bytes());
      const start = cpuTime();
      const { problems, source } = readScript(input, 'f.yaml', KNOWN_STEPS);
      const printed = printProblems(problems, source);
      const taken = cpuTime() - start;
      assert.ok(taken < 1000, `${taken} ms`);
      assert.ok(
        problems.some(({ code, line, column, text }) => `${line}:${column} ${code} ${text}` === first),
        printed.slice(0, 1000),
      );
      assert.ok(printed.length < 200_000, `${printed.length} characters printed`);
    });
  }
});

test('32 levels are read', () => {
  const text = (levels: number) => `a: ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}\n`;
  assert.deepEqual(problemsOf(text(32)), []);
  assert.deepEqual(problemsOf(text(33)).length, 1);
});

test('a text that begins like an anchor, alias, tag or directive may stand in quotes', () => {
  assert.deepEqual(problemsOf('a: ["&b", "*c", "!d", "%e", "? f", "<<", "~", "1.5"]\nb: |\n  &b *c !d\n  --- x\n'), []);
});

test('a key written with an escape is the key that it spells', () => {
  assert.deepEqual(problemsOf('a: 1\n"\\u0061": 2\n'), ['2:1 YAML_DUPLICATE_KEY the key "a" stands twice']);
});

test('problems beyond two hundred are counted as one', () => {
  const text = VALID_SCRIPT.replace('rules: [rfc5280]', `rules: [rfc5280]\nx: [${'~, '.repeat(1000)}]`);
  const { problems, script } = readScript(Buffer.from(text), 'script.yaml', KNOWN_STEPS);
  assert.equal(problems.length, 201);
  const last = problems.at(-1);
  assert.equal(`${last?.line}:${last?.column} ${last?.code}`, '8:602 PROBLEMS_LEFT_OUT');
  assert.equal(last?.text, 'more than 200 problems; those from here on are not listed');
  assert.equal(script, undefined);
});
