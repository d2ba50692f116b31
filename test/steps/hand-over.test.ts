import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handOver } from '../../src/steps/hand-over.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './vault.ts';

const STEP = 'STEP-CUSTODY step 37 "publish-away"';

judges('publish-away', [
  [
    'nothing is recorded',
    withoutEvent('publish-away', 'answer'),
    `${STEP}: of "publish" is recorded 0 times what became of it`,
  ],
  [
    'somebody else has it',
    facts('publish-away', (values) => {
      values.place = 'competitor';
    }),
    `${STEP}: "publish" went to "competitor"; the plan says "pki-operations"`,
  ],
]);

test('handing over records to whom', async () => {
  const { events, error } = await recordedBy(handOver, stepOf('publish-away'), terminalOf('done'));
  assert.equal(error, undefined);
  assert.deepEqual(
    events.map((event) => event.type === 'answer' && event.values),
    [{ unit: 'publish', did: 'handed-over', place: 'pki-operations' }],
  );
});
