import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newStep, register } from '../../scripts/new-step.ts';

const top = join(import.meta.dirname, '../..');

const REGISTRY = `import type { StepType } from '../plan/step-type.ts';
import { approve } from './approve.ts';
import { signOff } from './sign-off.ts';

export const STEPS: readonly StepType[] = [
  approve,
  signOff,
];
`;

describe('the registry', () => {
  test('gets the step in its place, in both lists', () => {
    const between = register(REGISTRY, 'close', 'close').split('\n');
    assert.equal(between[2], "import { close } from './close.ts';");
    assert.deepEqual(between.slice(6, 9), ['  approve,', '  close,', '  signOff,']);
    const first = register(REGISTRY, 'abc', 'abc').split('\n');
    assert.equal(first[1], "import { abc } from './abc.ts';");
    assert.equal(first[6], '  abc,');
    const last = register(REGISTRY, 'write-media', 'writeMedia').split('\n');
    assert.equal(last[3], "import { writeMedia } from './write-media.ts';");
    assert.equal(last[8], '  writeMedia,');
  });

  test('refuses a step that it has, and a shape that it does not know', () => {
    assert.throws(() => register(REGISTRY, 'sign-off', 'signOff'), {
      message: 'the step "sign-off" is in src/steps/registry.ts already',
    });
    assert.throws(() => register('', 'a', 'a'), { message: 'src/steps/registry.ts imports no steps' });
    assert.throws(() => register(REGISTRY.replace('  approve,', '  approve, x,'), 'a', 'a'), {
      message: /no list with one step a line/,
    });
  });

  test('refuses names that are none', () => {
    for (const name of ['', 'Take', 'take_photo', 'take-', '-a', '2fa', '../x', 'a'.repeat(41)]) {
      assert.throws(() => newStep(name, REGISTRY), { message: /is no name for a step/ });
    }
    for (const name of ['delete', 'test', 'z'])
      assert.throws(() => newStep(name, REGISTRY), { message: /means something else in the code/ });
  });
});

describe('the way of a newcomer, in a copy of this checkout', () => {
  let copy: string;
  const node = (...args: readonly string[]) =>
    execFileSync(process.execPath, args, { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'quorate new step '));
    for (const part of ['src', 'scripts', 'package.json', 'tsconfig.json', 'biome.json', '.gitignore']) {
      cpSync(join(top, part), join(copy, part), { recursive: true });
    }
    mkdirSync(join(copy, 'test/steps'), { recursive: true });
    symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rmSync(copy, { recursive: true }));

  test('new-step makes steps that pass every check at once, whatever their length', () => {
    const names = ['note', 'take-photo', 'weigh-each-bag-before-it-is-sealed-again'];
    for (const name of names) {
      const [first] = node('scripts/new-step.ts', name).split('\n');
      assert.equal(first, `made src/steps/${name}.ts and test/steps/${name}.test.ts, entered in src/steps/registry.ts`);
    }
    const tests = names.map((name) => `test/steps/${name}.test.ts`);
    const files = ['src/steps/registry.ts', ...names.map((name) => `src/steps/${name}.ts`), ...tests];

    writeFileSync(join(copy, 'made.json'), JSON.stringify({ extends: './tsconfig.json', include: [], files }));
    node('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'made.json');
    node('node_modules/@biomejs/biome/bin/biome', 'check', '--diagnostic-level=warn', '--error-on-warnings', ...files);
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'),
    );
    const said = execFileSync(process.execPath, ['--test', '--test-reporter=tap', ...tests], {
      cwd: copy,
      encoding: 'utf8',
      env: environment,
    });
    assert.match(said, /^# pass 15$/m);
    assert.match(said, /^# fail 0$/m);
  });

  test('and does not make it twice, nor over a file that is there', () => {
    const before = readFileSync(join(copy, 'src/steps/registry.ts'), 'utf8');
    const again = spawnSync(process.execPath, ['scripts/new-step.ts', 'take-photo'], { cwd: copy, encoding: 'utf8' });
    assert.equal(again.status, 64);
    assert.equal(again.stderr, 'new-step: the step "take-photo" is in src/steps/registry.ts already\n');
    writeFileSync(join(copy, 'test/steps/draw-lots.test.ts'), 'mine\n');
    const over = spawnSync(process.execPath, ['scripts/new-step.ts', 'draw-lots'], { cwd: copy, encoding: 'utf8' });
    assert.equal(over.status, 64);
    assert.equal(over.stderr, 'new-step: "test/steps/draw-lots.test.ts" exists already\n');
    assert.equal(readFileSync(join(copy, 'test/steps/draw-lots.test.ts'), 'utf8'), 'mine\n');
    assert.equal(readFileSync(join(copy, 'src/steps/registry.ts'), 'utf8'), before);
  });
});
