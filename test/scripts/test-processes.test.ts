import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sharedProcess, testProcesses } from '../../scripts/test-processes.ts';

const PLAIN = "import { test } from 'node:test';\n\ntest('one', () => {});\n";

function groups(texts: Readonly<Record<string, string>>, alone: readonly string[] = []): string[][] {
  return testProcesses(Object.keys(texts), alone, (file) => texts[file] as string);
}

test('pure files of a folder share a process, in the place of the first of them; each other has its own', () => {
  const texts = {
    'test/ceremony/a.test.ts': PLAIN,
    'test/steps/a.test.ts': PLAIN,
    'test/guard/a.test.ts': PLAIN,
    'test/pki/a.test.ts': PLAIN,
    'test/steps/b.test.ts': PLAIN,
    'test/guard/b.test.ts': PLAIN,
  };
  assert.deepEqual(groups(texts), [
    ['test/ceremony/a.test.ts'],
    ['test/steps/a.test.ts', 'test/steps/b.test.ts'],
    ['test/guard/a.test.ts'],
    ['test/pki/a.test.ts'],
    ['test/guard/b.test.ts'],
  ]);
});

test('a file that lasts has a process of its own', () => {
  const texts = { 'test/verify/a.test.ts': PLAIN, 'test/verify/b.test.ts': PLAIN, 'test/verify/c.test.ts': PLAIN };
  assert.deepEqual(groups(texts, ['test/verify/b.test.ts']), [
    ['test/verify/a.test.ts', 'test/verify/c.test.ts'],
    ['test/verify/b.test.ts'],
  ]);
});

for (const [what, line] of [
  ['a hook for all its tests', 'before(async () => {'],
  ['a hook around each of its tests', 'beforeEach(() => {'],
  ['a hook that does more at its end than clear up', 'after(() => assert.ok(done));'],
  ['another working folder', "  process.chdir('/');"],
  ['a variable of the environment', "  process.env['TZ'] = 'UTC';"],
  ['a clock that it sets', "  context.mock.timers.enable({ apis: ['Date'] });"],
] as const)
  test(`a file with ${what} has a process of its own`, () => {
    const texts = {
      'test/pki/a.test.ts': PLAIN,
      'test/pki/b.test.ts': `${PLAIN}${line}\n`,
      'test/pki/c.test.ts': PLAIN,
    };
    assert.deepEqual(groups(texts), [['test/pki/a.test.ts', 'test/pki/c.test.ts'], ['test/pki/b.test.ts']]);
  });

test('what a file clears up when all have ended does not part it from the others', () => {
  const text = `${PLAIN}after(() => rmSync(root, { recursive: true, force: true }));\n  before(() => {\n`;
  assert.deepEqual(groups({ 'test/pki/a.test.ts': text, 'test/pki/b.test.ts': PLAIN }), [
    ['test/pki/a.test.ts', 'test/pki/b.test.ts'],
  ]);
});

describe('a process that files share', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-shared-process-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs these files in one process. @returns what it says, and its exit code */
  function run(texts: Readonly<Record<string, string>>): { readonly status: number | null; readonly said: string } {
    const urls = Object.entries(texts).map(([name, text]) => {
      writeFileSync(join(folder, name), `import { after, describe, test } from 'node:test';\n${text}`);
      return pathToFileURL(join(folder, name)).href;
    });
    writeFileSync(join(folder, 'all.mjs'), sharedProcess(urls));
    const env = { PATH: process.env['PATH'] };
    const { status, stdout } = spawnSync(process.execPath, ['--test-reporter=tap', join(folder, 'all.mjs')], {
      encoding: 'utf8',
      env,
    });
    return { status, said: stdout };
  }
  const saying = (words: string) => `() => process.stdout.write('${words}\\n')`;

  test('runs the tests of all of them, and clears up when all have ended', () => {
    const clearing = (name: string) => `after(${saying(`${name} ends`)});\n`;
    const both = `test('one', ${saying('one')});\ndescribe('two', () => void test('three', ${saying('three')}));\n`;
    const late = 'await new Promise((resolve) => setTimeout(resolve, 50));\n';
    const { status, said } = run({
      'a.mjs': clearing('a') + both,
      'b.mjs': late + clearing('b') + both,
      'c.mjs': both,
    });
    assert.equal(status, 0, said);
    assert.match(said, /^# tests 6$/m);
    const lines = said.split('\n');
    assert.equal(lines.filter((line) => /^(?:one|three)$/.test(line)).length, 6);
    for (const name of ['a', 'b']) assert.equal(lines.filter((line) => line === `${name} ends`).length, 1);
  });

  test('fails where a test of any of them fails, or a file that cannot be loaded', () => {
    const late = 'await new Promise((resolve) => setTimeout(resolve, 50));\n';
    for (const broken of [
      "test('no', () => { throw new Error('broken'); });\n",
      `${late}test('no', () => { throw new Error('broken'); });\n`,
      "throw new Error('broken');\n",
      `${late}throw new Error('broken');\n`,
      "import './broken-not-here.mjs';\n",
    ])
      for (const texts of [
        { 'a.mjs': broken, 'b.mjs': `test('two', ${saying('two')});\n` },
        { 'a.mjs': `test('two', ${saying('two')});\n`, 'b.mjs': broken },
      ])
        assert.notEqual(run(texts).status, 0, broken);
  });
});
