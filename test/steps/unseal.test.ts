import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unseal } from '../../src/steps/unseal.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, twice, withoutEvent } from './vault.ts';

const STEP = 'STEP-CUSTODY step 15 "hsm-out"';

judges('hsm-out', [
  ['nothing is recorded', withoutEvent('hsm-out', 'answer'), `${STEP}: of "hsm" is recorded 0 times what became of it`],
  ['it is recorded twice', twice('hsm-out', 'answer'), `${STEP}: of "hsm" is recorded 2 times what became of it`],
  [
    'its bag had another number',
    facts('hsm-out', (values) => {
      values.bag = 'A0012399';
    }),
    `${STEP}: the bag of "hsm" had the number "A0012399", and "factory" before`,
  ],
  [
    'no number was read',
    facts('hsm-out', (values) => {
      delete values.bag;
    }),
    `${STEP}: the bag of "hsm" had the number null, and "factory" before`,
  ],
  [
    'another thing was taken out',
    facts('hsm-out', (values) => {
      values.unit = 'publish';
    }),
    [
      `${STEP}: of "hsm" is recorded 0 times what became of it`,
      `${STEP}: "publish" is nothing that this step is about`,
    ],
  ],
  [
    'something else was done with it',
    facts('hsm-out', (values) => {
      values.did = 'destroyed';
    }),
    /"hsm" is recorded as "destroyed", not as unsealed/,
  ],
  [
    'somebody else took it out',
    facts('hsm-out', (_values, event) => {
      event.seat = 'dana';
    }),
    `${STEP}: "dana" answered; the plan asks "sam"`,
  ],
  [
    'nobody checked it',
    facts('hsm-out', (_values, event) => {
      event.checkedBy = [];
    }),
    `${STEP}: the answer is checked by nobody; the plan says gus, hana`,
  ],
]);

describe('taking out of a bag', () => {
  test('is refused where the bag has another number than the list', async () => {
    const { events, error } = await recordedBy(unseal, stepOf('hsm-out'), terminalOf('A0012399'));
    assert.deepEqual(events, []);
    assert.match(String(error), /SEAL_DIFFERS|has the number "A0012399", and "factory" is on the list/);
  });

  test('records the number that was read', async () => {
    const { events, error } = await recordedBy(unseal, stepOf('cards-out@bob'), terminalOf('A0012352'));
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map((event) => event.type === 'answer' && event.values),
      [{ unit: 'cards@bob', did: 'unsealed', bag: 'A0012352' }],
    );
  });
});
