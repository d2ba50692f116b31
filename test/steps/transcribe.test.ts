import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { transcribe } from '../../src/steps/transcribe.ts';
import { type Falsification, facts, judges, recordedBy, stepOf, withoutEvent } from './vault.ts';

const STEP = 'STEP-TRANSCRIBED step 8 "catch-up"';
/** Changes what was typed of that step on paper. */
const of = (key: string, change: (values: Record<string, unknown>) => void): Falsification =>
  facts('catch-up', (values) => {
    if (values.of === key) change(values);
  });

judges('catch-up', [
  ['nothing is recorded', withoutEvent('catch-up', 'answer'), /of step 1 "cameras" on paper is recorded 0 times/],
  [
    'one step is left out',
    { keep: (event) => event.type !== 'answer' || event.values['of'] !== 'image' },
    `${STEP}: of step 5 "image" on paper is recorded 0 times what was done`,
  ],
  [
    'a time is in the future',
    of('briefing', (values) => {
      values['at'] = '2027-03-11T09:00:00Z';
    }),
    /^STEP-TRANSCRIBED step 8 "catch-up": step 3 "briefing": the time is "2027-03-11T09:00:00Z": it is only 2027-03-10T/,
  ],
  [
    'a time is none',
    of('arrive@gus', (values) => {
      values['at'] = 'at nine';
    }),
    /step 2\.\d+ "arrive@gus": the time is "at nine": expected UTC/,
  ],
  [
    'a field is missing',
    of('cameras', (values) => {
      delete values['recorder'];
    }),
    `${STEP}: step 1 "cameras": "recorder" is null: it is missing`,
  ],
  [
    'a field is too many',
    of('briefing', (values) => {
      values['mood'] = 'good';
    }),
    `${STEP}: step 3 "briefing": "mood" is no field of it`,
  ],
  [
    'a bag had another number',
    of('laptop-out', (values) => {
      values['bag'] = 'A1';
    }),
    `${STEP}: step 6 "laptop": the bag of "laptop" had the number "A1", and "A0012345" before`,
  ],
  [
    'it is of no step on paper',
    of('start', (values) => {
      values['of'] = 'stop';
    }),
    [
      `${STEP}: of step 7 "start" on paper is recorded 0 times what was done`,
      `${STEP}: event 19 is of no step on paper`,
    ],
  ],
]);

describe('transcribing', () => {
  /** What the paper says: a time for everything, and what else is asked. */
  const paper = (answers: Readonly<Record<string, string>>) => ({
    terminal: {
      say: async () => undefined,
      ask: async ({ kind, subject }: { readonly kind: string; readonly subject?: string }) =>
        answers[subject ?? kind] ?? answers[kind] ?? '',
    },
    clock: { now: () => '2027-03-10T10:00:00Z', milliseconds: () => 0 },
  });
  const RIGHT = { utc: '2027-03-10T09:00:00Z', text: 'R-1', boot: 'A0012346', laptop: 'A0012345' };

  test('records each step, each person and each thing, in the order of the paper', async () => {
    const { events, error } = await recordedBy(transcribe, stepOf('catch-up'), paper(RIGHT));
    assert.equal(error, undefined);
    const values = events.map((event) => (event.type === 'answer' ? event.values : {}));
    assert.deepEqual(values[0], { of: 'cameras', at: RIGHT.utc, started: RIGHT.utc, recorder: 'R-1' });
    assert.deepEqual(
      values.map((value) => value['of']).filter((key) => !String(key).startsWith('arrive@')),
      ['cameras', 'briefing', 'boot-out', 'image', 'laptop-out', 'start'],
    );
    assert.equal(values.length, 16);
    const laptop = values.find((value) => value['of'] === 'laptop-out');
    assert.deepEqual(laptop, { of: 'laptop-out', at: RIGHT.utc, unit: 'laptop', did: 'unsealed', bag: 'A0012345' });
  });

  test('refuses a time that has not come yet', async () => {
    const { error } = await recordedBy(
      transcribe,
      stepOf('catch-up'),
      paper({ ...RIGHT, utc: '2027-03-10T10:00:01Z' }),
    );
    assert.match(String(error), /was typed for step 1 on paper: it is only 2027-03-10T10:00:00Z/);
  });

  test('refuses the number of another bag', async () => {
    const { error } = await recordedBy(transcribe, stepOf('catch-up'), paper({ ...RIGHT, boot: 'A0012345' }));
    assert.match(String(error), /the bag of "boot" has the number "A0012345", and "A0012346" is on the list/);
  });
});
