import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { STEP_NAMES } from '../../src/script/step-names.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';

const NAMES = [...STEP_TYPES.keys()];
const here = new URL('./', import.meta.url);
const sources = new URL('../../src/steps/', import.meta.url);

test('the registry is sorted, and knows every type by its own name', () => {
  assert.deepEqual(NAMES, [...NAMES].sort());
  for (const [name, type] of STEP_TYPES) assert.equal(type.name, name);
  assert.equal(NAMES.length, 52);
});

test('every type of this version is in the language', () => {
  assert.deepEqual(
    NAMES.filter((name) => !(STEP_NAMES as readonly string[]).includes(name)),
    [],
  );
});

describe('every registered step type', () => {
  for (const [name, type] of STEP_TYPES) {
    test(`${name} has its own file, its own test, and says what it is`, () => {
      assert.ok(existsSync(new URL(`${name}.ts`, sources)), `src/steps/${name}.ts`);
      assert.ok(existsSync(new URL(`${name}.test.ts`, here)), `test/steps/${name}.test.ts`);
      assert.ok(type.version >= 1);
      assert.match(type.summary, /^[A-Z].*\.$/);
    });
  }
});

test('no step type has a test and is not registered', () => {
  const tested = readdirSync(here).flatMap((file) =>
    file.endsWith('.test.ts') ? [file.slice(0, -'.test.ts'.length)] : [],
  );
  // Some tests are of what several types do.
  const defines = (name: string) => {
    const source = new URL(`${name}.ts`, sources);
    return existsSync(source) && readFileSync(source, 'utf8').includes('defineStep(');
  };
  assert.deepEqual(
    tested.filter((name) => !STEP_TYPES.has(name) && defines(name)),
    [],
  );
});

test('what cannot be undone is marked, and what asks the HSM for something proposes it', () => {
  const irreversible = NAMES.filter((name) => STEP_TYPES.get(name)?.irreversible);
  assert.deepEqual(irreversible, [
    'back-up-key',
    'change-roster',
    'close',
    'destroy-key',
    'destroy-material',
    'enrol',
    'generate-key',
    'issue-batch',
    'issue-crl',
    'issue-cross-certificate',
    'issue-intermediate',
    'issue-ocsp-responder',
    'issue-root-certificate',
    'make-csr',
    'make-roster',
    'prepare-token',
    'presign-ocsp',
    'reissue-certificate',
    'restore-key',
    'rotate-activation',
    'sign-off',
    'vendor',
    'zeroize-token',
  ]);
  for (const [name, type] of STEP_TYPES) {
    const proposes = type.propose !== undefined || type.proposesItself === true;
    assert.equal(type.operation !== undefined, proposes, name);
  }
});
