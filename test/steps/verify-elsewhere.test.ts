import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wordRows } from '../../src/base/words.ts';
import { verifyElsewhere } from '../../src/steps/verify-elsewhere.ts';
import { EVENTS, facts, headAt, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './vault.ts';

const STEP = 'STEP-ELSEWHERE step 29 "verified"';

judges('verified', [
  ['nobody did', withoutEvent('verified', 'answer'), `${STEP}: nobody verified the pack elsewhere`],
  [
    'the pack was one before it was written',
    facts('verified', (values) => {
      values.events = '12';
    }),
    `${STEP}: the pack verified elsewhere had "12" events, and none such was written`,
  ],
  [
    'the pack had another head',
    facts('verified', (values) => {
      values.words = 'aardvark adroitness absurd adviser';
    }),
    /"aardvark adroitness absurd adviser" is not the last row of the head after event \d+$/,
  ],
  [
    'somebody else did',
    facts('verified', (_values, event) => {
      event.seat = 'dana';
    }),
    `${STEP}: "dana" answered; the plan asks "ivo"`,
  ],
]);

describe('verifying elsewhere', () => {
  const begin = EVENTS.find((event) => event.type === 'step' && event.step === 'pack-out' && event.phase === 'begin');
  const seq = begin?.seq ?? 0;
  const row = wordRows(headAt(seq)).at(-1)?.words.join(' ') ?? '';
  const context = (...answers: string[]) => ({
    ...terminalOf(...answers),
    ceremony: { events: () => EVENTS, headAt },
  });

  test('records what was typed, however it is written', async () => {
    const { events, error } = await recordedBy(
      verifyElsewhere,
      stepOf('verified'),
      context(String(seq), row.toUpperCase()),
    );
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map((event) => event.type === 'answer' && event.values),
      [{ events: String(seq), words: row }],
    );
  });

  test('is refused for the pack of another moment, and for another head', async () => {
    const early = await recordedBy(verifyElsewhere, stepOf('verified'), context('12', row));
    assert.match(String(early.error), /"12" events were found elsewhere: the pack on "evidence" has \d+ to \d+ events/);
    const other = await recordedBy(verifyElsewhere, stepOf('verified'), context(String(seq), 'one two three four'));
    assert.match(String(other.error), /the pack on "evidence" is another one/);
    assert.deepEqual(other.events, []);
  });
});
