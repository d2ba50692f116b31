import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testProcesses } from '../../scripts/test-processes.ts';

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
