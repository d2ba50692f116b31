import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeRepeated, mayBeSkipped } from '../../src/plan/human-step.ts';
import { STEP_NAMES } from '../../src/script/step-names.ts';

const of = (type: string) => ({ type, operation: null });

test('steps of people alone may be skipped, unless they check something, and every other type of the language may not', () => {
  assert.deepEqual(
    STEP_NAMES.filter((type) => mayBeSkipped(of(type))),
    ['adjourn', 'attest', 'break', 'check-materials', 'confirm', 'hand-over', 'record', 'seal', 'sign-in', 'sign-out'],
  );
});

test('they may be repeated too, but for a statement, which has one file; and so may what checks', () => {
  assert.deepEqual(
    STEP_NAMES.filter((type) => mayBeSkipped(of(type)) !== mayBeRepeated(of(type))),
    ['attest', 'compare', 'read-input', 'revoke', 'transcribe', 'unseal', 'verify-elsewhere'],
  );
});

test('a type that is not known may not, and neither may a step that does an operation, whatever its type', () => {
  for (const allowed of [mayBeSkipped, mayBeRepeated]) {
    assert.equal(allowed(of('open-safe')), false);
    assert.equal(allowed({ type: 'confirm', operation: 'sign' }), false);
  }
});
