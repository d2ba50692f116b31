import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { manySingleSteps } from '../../scripts/bench/many-single-steps.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

test('a script that takes and issues a thousand certificates one by one is read and planned', () => {
  const text = manySingleSteps(join(import.meta.dirname, '../..'), 1000);
  const reading = readScript(Buffer.from(text), 'script.yaml', STEP_TYPES);
  assert.deepEqual(reading.problems, []);
  const window = [WINDOW.from, WINDOW.until] as const;
  const { plan, problems } = makePlan({ script: reading, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
  assert.deepEqual(problems, []);
  assert.ok(plan);
  assert.equal(stepsOf(plan).filter(({ type }) => type === 'issue-intermediate').length, 1000);
});
