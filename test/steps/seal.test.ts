import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seal } from '../../src/steps/seal.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './vault.ts';

const STEP = 'STEP-CUSTODY step 33 "hsm-away"';

judges('hsm-away', [
  [
    'nothing is recorded',
    withoutEvent('hsm-away', 'answer'),
    `${STEP}: of "hsm" is recorded 0 times what became of it`,
  ],
  [
    'it is kept elsewhere',
    facts('hsm-away', (values) => {
      values.place = 'safe-2';
    }),
    `${STEP}: "hsm" went to "safe-2"; the plan says "safe-1"`,
  ],
  [
    'the bag is one that was opened before',
    facts('hsm-away', (values) => {
      values.bag = 'A0012351';
    }),
    `${STEP}: the bag "A0012351" of "hsm" was in use before`,
  ],
  [
    'the bag has no number',
    facts('hsm-away', (values) => {
      delete values.bag;
    }),
    `${STEP}: the new bag of "hsm" is null: it is missing`,
  ],
  [
    'the number is none',
    facts('hsm-away', (values) => {
      values.bag = 'A\u202e1';
    }),
    /the new bag of "hsm" is .*: expected the number on the bag/,
  ],
]);

judges('envelopes-away', [
  [
    'one copy is kept where the other is',
    facts('envelopes-away', (values) => {
      if (values.unit === 'envelopes.2') values.place = 'safe-1';
    }),
    'STEP-CUSTODY step 35 "envelopes-away": "envelopes.2" went to "safe-1"; the plan says "safe-2"',
  ],
  [
    'both copies went into one bag',
    facts('envelopes-away', (values) => {
      values.bag = 'B7777';
    }),
    'STEP-CUSTODY step 35 "envelopes-away": the bag "B7777" of "envelopes.2" was in use before',
  ],
]);

describe('putting into a bag', () => {
  test('records the number that two people read, and the place', async () => {
    const sealed = await recordedBy(seal, stepOf('evidence-away'), terminalOf('B1', 'B1', 'B2', 'B2'));
    assert.equal(sealed.error, undefined);
    assert.deepEqual(
      sealed.events.map((event) => event.type === 'answer' && event.values),
      [
        { unit: 'evidence.1', did: 'sealed', bag: 'B1', place: 'safe-1' },
        { unit: 'evidence.2', did: 'sealed', bag: 'B2', place: 'auditor' },
      ],
    );
  });

  test('is refused where two people read different numbers', async () => {
    const { error } = await recordedBy(seal, stepOf('evidence-away'), terminalOf('B1', 'B2'));
    assert.match(String(error), /was typed differently the second time/);
  });

  test('is refused with a bag that something arrived in', async () => {
    const { error } = await recordedBy(seal, stepOf('evidence-away'), terminalOf('A0012351'));
    assert.match(String(error), /a bag with this number is or was in use here/);
  });

  test('of what is in its bag still asks for the number on that bag', async () => {
    // With nothing in the record, the cards never left their bags.
    const { events } = await recordedBy(seal, stepOf('cards-away@bob'), terminalOf('A0012352'));
    assert.deepEqual(
      events.map((event) => event.type === 'answer' && event.values),
      [{ unit: 'cards@bob', did: 'sealed', bag: 'A0012352', place: 'own-box' }],
    );
    const wrong = await recordedBy(seal, stepOf('cards-away@bob'), terminalOf('A0012353'));
    assert.match(String(wrong.error), /has the number "A0012353", and "A0012352" is on the list/);
  });
});
