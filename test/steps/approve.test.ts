import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { approve } from '../../src/steps/approve.ts';
import { judges, recordedBy, stepOf } from './recorded.ts';

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

test('operations are proposed in the order of the script, and then approved by their quorum', async () => {
  const log: string[] = [];
  const note = (what: string) =>
    async function* (steps: readonly PlannedStep[]) {
      log.push(`${what} ${steps.map(({ id }) => id).join(' ')}`);
      yield* [];
    };
  const done = new Set<string>();
  const operations = {
    propose: note('propose'),
    collectQuorum: note('collect from the quorum of'),
    isDone: ({ id }: PlannedStep) => done.has(id),
  };
  const approved = async () => (await recordedBy(approve, stepOf('key-agreed'), { operations })).error;
  assert.equal(await approved(), undefined);
  assert.deepEqual(log.splice(0), ['propose hsm-empty root-key', 'collect from the quorum of hsm-empty root-key']);
  // After a crash the step is run again; what was done before is not proposed a second time.
  done.add('hsm-empty');
  assert.equal(await approved(), undefined);
  assert.deepEqual(log, ['propose root-key', 'collect from the quorum of root-key']);
});
