import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isRefused, printProblems } from '../../src/script/problem.ts';
import { PROBLEM_CODES } from '../../src/script/problem-codes.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { type Case, SCRIPT_CASES, SITE_CASES, YAML_CASES } from './problem-cases.ts';
import { KNOWN_STEPS, VALID_SCRIPT, VALID_SITE } from './valid.ts';

/** Name of a case → exactly what is printed for it: place, message, code, source line, caret and hint. */
const PRINTED = new Map(
  readFileSync(join(import.meta.dirname, 'problems.golden.txt'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((block): [string, string] => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)]),
);

const script = (text: string) => readScript(Buffer.from(text), 'script.yaml', KNOWN_STEPS);
const site = (text: string) => readSite(Buffer.from(text), 'site.yaml');

test('the valid script and site have no problem', () => {
  assert.deepEqual(script(VALID_SCRIPT).problems, []);
  assert.ok(script(VALID_SCRIPT).script);
  assert.deepEqual(site(VALID_SITE).problems, []);
  assert.ok(site(VALID_SITE).site);
});

function check({ name, code, from, to }: Case, valid: string, read: typeof script | typeof site): void {
  test(name, () => {
    const text = valid.replace(from, () => to);
    assert.notEqual(text, valid, 'the case changes nothing');
    const reading = read(text);
    assert.ok(
      reading.problems.some((problem) => problem.code === code),
      `no problem ${code}`,
    );
    assert.equal(printProblems(reading.problems, reading.source), PRINTED.get(name));
    const standing = reading.problems.filter((problem) => problem.code !== 'SCRIPT_NOT_SUPPORTED');
    const value = 'script' in reading ? reading.script : 'site' in reading ? reading.site : undefined;
    assert.equal(value === undefined, isRefused(standing));
  });
}

describe('YAML', () => {
  for (const case_ of YAML_CASES) check(case_, VALID_SCRIPT, script);
});

describe('script', () => {
  for (const case_ of SCRIPT_CASES) check(case_, VALID_SCRIPT, script);
});

describe('site', () => {
  for (const case_ of SITE_CASES) check(case_, VALID_SITE, site);
});

test('every case has its golden text, and every golden text its case', () => {
  const names = [...YAML_CASES, ...SCRIPT_CASES, ...SITE_CASES].map(({ name }) => name);
  assert.deepEqual([...PRINTED.keys()], names);
});

test('every problem code has a case', () => {
  // These take bytes that are not a small change of a valid text; read-yaml.test.ts has them.
  const elsewhere = ['YAML_SIZE', 'YAML_ENCODING', 'YAML_EMPTY', 'PROBLEMS_LEFT_OUT'];
  const codes = new Set([...YAML_CASES, ...SCRIPT_CASES, ...SITE_CASES].map(({ code }) => code));
  assert.deepEqual([...codes, ...elsewhere].sort(), Object.keys(PROBLEM_CODES).sort());
});

test('all problems of a file are listed at once, those of its form and those of its meaning', () => {
  const text = VALID_SCRIPT.replace('place: Room 1', 'palce: Room 1')
    .replace('of: 2 }', 'of: two }')
    .replace('id: clock', 'id: hello')
    .replace('step: generate-key', 'step: generat-key')
    .replace('label: root }', 'label: 1.5 }');
  assert.deepEqual(
    script(text).problems.map(({ code, line, column }) => `${line}:${column} ${code}`),
    [
      '2:1 KEY_MISSING',
      '6:3 KEY_UNKNOWN',
      '13:18 VALUE_REFUSED',
      '21:15 DUPLICATE',
      '26:31 STEP_UNKNOWN',
      '26:76 YAML_NUMBER',
    ],
  );
});

test('one PIN does not open a production HSM', () => {
  const production = VALID_SITE.replace('mode: rehearsal', 'mode: production')
    .replace(/^marking: .*$/m, 'marking: none')
    .replace('means: shares', 'means: pin');
  assert.deepEqual(
    site(production).problems.map(({ code, line, column, text }) => `${line}:${column} ${code} ${text}`),
    ['13:98 SITE_ACTIVATION activation by one PIN in a production site, expected shares, device-quorum or split-pin'],
  );
  assert.deepEqual(site(VALID_SITE.replace('means: shares', 'means: pin')).problems, []);
});

test('a warning refuses nothing', () => {
  const { problems, site: value } = site(VALID_SITE.replace('alice, bob', 'alice, dana'));
  assert.deepEqual(
    problems.map(({ code, severity }) => `${code} ${severity}`),
    ['SITE_PERSON warning'],
  );
  assert.ok(value);
});

test('a script is not a site, whatever else is in it', () => {
  assert.deepEqual(
    site(VALID_SCRIPT).problems.map(
      ({ code, line, column, text, hint }) => `${line}:${column} ${code} ${text} (${hint})`,
    ),
    [
      '1:1 KIND_UNKNOWN this is a ceremony script, expected a site binding (a site binding begins with "quorate-site: 1")',
    ],
  );
});
