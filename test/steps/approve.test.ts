import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { approve } from '../../src/steps/approve.ts';
import { judges } from './judging.ts';
import { recordedBy, stepOf } from './recorded.ts';

const missing = (id: string) => `STEP-APPROVE step 11 "key-agreed" did not propose "${id}"`;

judges('key-agreed', [
  [
    'an operation was not proposed',
    { keep: (event) => !(event.type === 'proposed' && event.step === 'root-key') },
    missing('root-key'),
  ],
  [
    'it was proposed for another step',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'hsm-empty') event.step = 'other';
      },
    },
    missing('hsm-empty'),
  ],
]);

test('operations are proposed in the order of the script, and then collected from those who approve', async () => {
  const log: string[] = [];
  const note = (what: string) =>
    async function* (steps: readonly PlannedStep[], seats: readonly string[] = []) {
      log.push(`${what} ${steps.map(({ id }) => id).join(' ')} ${seats.join(' ')}`.trim());
      yield* [];
    };
  const operations = { propose: note('propose'), collect: note('collect'), approvers: () => ['alice', 'bob', 'carol'] };
  const { error } = await recordedBy(approve, stepOf('key-agreed'), { operations });
  assert.equal(error, undefined);
  assert.deepEqual(log, ['propose hsm-empty root-key', 'collect hsm-empty root-key alice bob carol']);
});
