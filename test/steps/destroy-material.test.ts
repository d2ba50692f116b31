import assert from 'node:assert/strict';
import { test } from 'node:test';
import { custodyAfter } from '../../src/ledger/custody.ts';
import { destroyMaterial } from '../../src/steps/destroy-material.ts';
import { recordCeremony } from '../forge/record.ts';
import { facts, recordOf, terminalOf, withoutEvent } from './recording.ts';

const RECORDING = await recordCeremony({
  vault: true,
  script: (text) =>
    text.replace(
      'id: publish-away, step: hand-over, by: administrator, check: witness, with: { item: publish, to: pki-operations }',
      'id: publish-away, step: destroy-material, by: administrator, check: witness, with: { item: publish }',
    ),
});
const { judges, recordedBy, stepOf } = recordOf(RECORDING);
const STEP = 'STEP-CUSTODY step 37 "publish-away"';

judges('publish-away', [
  [
    'nothing is recorded',
    withoutEvent('publish-away', 'answer'),
    `${STEP}: of "publish" is recorded 0 times what became of it`,
  ],
  [
    'it was sealed instead',
    facts('publish-away', (values) => {
      values.did = 'sealed';
    }),
    `${STEP}: "publish" is recorded as "sealed", not as destroyed`,
  ],
]);

test('destroying ends custody', async () => {
  const { events, error } = await recordedBy(destroyMaterial, stepOf('publish-away'), terminalOf('done'));
  assert.equal(error, undefined);
  assert.deepEqual(
    events.map((event) => event.type === 'answer' && event.values),
    [{ unit: 'publish', did: 'destroyed' }],
  );
  assert.equal(custodyAfter(RECORDING.plan, RECORDING.events).get('publish')?.state, 'destroyed');
});
