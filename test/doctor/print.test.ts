import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../src/base/display-width.ts';
import { judge } from '../../src/doctor/judge.ts';
import { ok, type Section, stops, warns } from '../../src/doctor/line.ts';
import { printSections } from '../../src/doctor/print.ts';
import { moduleSeen, SEEN, token } from './seen.ts';

const plain = (_verdict: string, text: string) => text;

test('verdict, what was seen, what to do; what stops is repeated, and counted on the last line', () => {
  const sections: Section[] = [
    { title: 'ONE', lines: [ok('swap', 'off'), warns('radio', 'on', 'switch it off')] },
    { title: 'TWO', lines: [stops('network', 'has addresses: eth0', 'pull the cable', ['one more thing'])] },
  ];
  assert.deepEqual(printSections(sections, plain), [
    'ONE',
    'ok                swap: off',
    'warns             radio: on',
    '                  do: switch it off',
    '',
    'TWO',
    'STOPS A CEREMONY  network: has addresses: eth0',
    '                    one more thing',
    '                  do: pull the cable',
    '',
    'WHAT WOULD STOP A CEREMONY',
    '  network: has addresses: eth0',
    '',
    '1 thing warns',
    '1 thing would stop a ceremony',
  ]);
  const [first] = sections as [Section, Section];
  assert.deepEqual(printSections([first], plain).slice(-2), ['1 thing warns', '0 things would stop a ceremony']);
  assert.equal(printSections([], plain).at(-1), '0 things would stop a ceremony');
});

test('colour is added around the words, and nothing else changes', () => {
  const sections = [{ title: 'ONE', lines: [stops('swap', 'on', 'off')] }];
  const painted = printSections(sections, (verdict, text) => `<${verdict}>${text}</>`);
  assert.equal(painted[1], '<stops>STOPS A CEREMONY</>  swap: on');
  assert.deepEqual(
    painted.map((row) => row.replaceAll(/<.*?>/g, '')),
    printSections(sections, plain),
  );
});

test('no row is wider than 80 columns, whatever the words are, and no word is lost', () => {
  const long = `/media/${'x'.repeat(150)}/site.yaml`;
  const wide = '鍵'.repeat(50);
  const text = `a path ${long} and a label ${wide} and then words upon words upon words upon words`;
  const rows = printSections([{ title: 'T', lines: [stops('subject', text, text, [text])] }], plain);
  for (const row of rows) assert.ok(displayWidth(row) <= 80, row);
  const joined = rows.join('').replaceAll(' ', '');
  for (const part of [long, wide, 'anda', 'thenwordsupon']) assert.ok(joined.includes(part), part);
  const real = printSections(judge({ ...SEEN, site: null, modules: [] }), plain);
  for (const row of real) assert.ok(displayWidth(row) <= 80, row);
});

test('what a module says of itself reaches the terminal escaped', () => {
  const label = 'ROOT\u001b[2J\u202egnihton\nSTOPS';
  const rows = printSections(
    judge({ ...SEEN, site: null, modules: [moduleSeen({ tokens: [token({ label })] })] }),
    plain,
  );
  const row = rows.find((one) => one.includes('ROOT')) ?? '';
  assert.ok(row.includes('ROOT\\u{1B}[2J\\u{202E}gnihton\\u{A}STOPS'), row);
  assert.ok(!rows.join('').includes('\u001b'));
});
