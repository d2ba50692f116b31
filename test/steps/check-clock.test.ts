import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Question } from '../../src/ports.ts';
import { checkClock } from '../../src/steps/check-clock.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, twice, withoutEvent } from './recorded.ts';

const MESSAGE = 'STEP-CLOCK step 2 "clock": not 2 clocks within PT1M';
const OWN_TIMES =
  /^STEP-CLOCK step 2 "clock": its own times are not between 2027-03-10T09:00:\d\dZ and 2027-03-10T09:00:\d\dZ, when its events were recorded$/;
const readings = (change: (reading: Record<string, unknown>) => void) =>
  facts('clock', (all) => {
    change(all.readings[1]);
  });

judges('clock', [
  ['nothing was observed', withoutEvent('clock', 'observation'), MESSAGE],
  ['one clock was read', facts('clock', (all) => void all.readings.pop()), MESSAGE],
  ['three clocks were read', facts('clock', (all) => void all.readings.push(all.readings[0])), MESSAGE],
  [
    'the clock was more than a minute wrong',
    readings((reading) => {
      reading['typed'] = '2027-03-10T08:58:00Z';
      reading['offsetSeconds'] = 121;
    }),
    MESSAGE,
  ],
  [
    'the clock was wrong, and the record says it was not',
    readings((reading) => {
      reading['typed'] = '2027-03-10T07:00:00Z';
    }),
    MESSAGE,
  ],
  [
    'the offset is not what the times make it',
    readings((reading) => {
      reading['offsetSeconds'] = 30;
    }),
    MESSAGE,
  ],
  [
    'the time typed is none',
    readings((reading) => {
      reading['typed'] = 'noon';
    }),
    MESSAGE,
  ],
  [
    'there is no time',
    readings((reading) => {
      delete reading['own'];
    }),
    MESSAGE,
  ],
  [
    'the readings are no list',
    facts('clock', (all) => {
      all.readings = 'two';
    }),
    MESSAGE,
  ],
  [
    'another tolerance was kept to',
    facts('clock', (all) => {
      all.toleranceSeconds = 3600;
    }),
    MESSAGE,
  ],
  ['the clocks were read twice', twice('clock', 'observation'), MESSAGE],
  [
    'the computer’s own time was before the step began',
    readings((reading) => {
      reading['own'] = reading['typed'] = '2027-03-10T08:59:00Z';
      reading['offsetSeconds'] = 0;
    }),
    OWN_TIMES,
  ],
  [
    'the computer’s own time was after the readings were recorded',
    readings((reading) => {
      reading['own'] = reading['typed'] = '2027-03-10T09:30:00Z';
      reading['offsetSeconds'] = 0;
    }),
    OWN_TIMES,
  ],
]);

describe('checking the clock', () => {
  const step = { ...stepOf('clock'), params: { references: 2, tolerance: 'PT1M' } };
  const clock = { now: () => '2027-03-10T09:00:30Z' };

  test('asks for each clock, and records both times and their difference', async () => {
    const { terminal, asked } = terminalOf('2027-03-10T09:00:00Z', '2027-03-10T09:01:30Z');
    const { events, error } = await recordedBy(checkClock, step, { terminal, clock });
    assert.equal(error, undefined);
    assert.deepEqual(
      asked.map(({ text, kind, seat }) => [text, kind, seat]),
      [
        ['Time on clock 1 of 2 (UTC)', 'utc', 'dana'],
        ['Time on clock 2 of 2 (UTC)', 'utc', 'dana'],
      ],
    );
    assert.deepEqual(events, [
      {
        type: 'observation',
        step: 'clock',
        subject: 'clock',
        facts: {
          toleranceSeconds: 60,
          readings: [
            { typed: '2027-03-10T09:00:00Z', own: '2027-03-10T09:00:30Z', offsetSeconds: 30 },
            { typed: '2027-03-10T09:01:30Z', own: '2027-03-10T09:00:30Z', offsetSeconds: -60 },
          ],
        },
      },
    ]);
  });

  test('refuses a clock that is a second too far off, after recording it', async () => {
    const { terminal } = terminalOf('2027-03-10T09:00:00Z', '2027-03-10T09:01:31Z');
    const { events, error } = await recordedBy(checkClock, step, { terminal, clock });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['observation'],
    );
    assert.match(
      String(error),
      /^CeremonyError: this computer says 2027-03-10T09:00:30Z, the independent clock 2027-03-10T09:01:31Z; 60 s are allowed$/,
    );
    assert.equal((error as { code?: string }).code, 'CLOCK_OFFSET');
  });

  test('has people decide on a time that is too far off, and holds it to the clock as it was then', async () => {
    const { terminal, asked } = terminalOf('2027-03-10T09:00:00Z', '2027-03-10T09:01:00Z');
    const times = ['2027-03-10T09:00:10Z', '2027-03-10T09:00:20Z', '2027-03-10T09:09:00Z'];
    const moving = { now: () => times.shift() as string };
    const ask = (question: Question) => {
      assert.equal(question.doubt?.('2027-03-10T09:01:11Z'), "it is more than 1 minute from this computer's clock");
      assert.equal(question.doubt?.('2027-03-10T09:01:20Z'), undefined);
      return terminal.ask(question);
    };
    const one = { ...step, params: { ...step.params, references: 1 } };
    const { events } = await recordedBy(checkClock, one, { terminal: { ...terminal, ask }, clock: moving });
    assert.equal(asked.length, 1);
    assert.deepEqual((events[0] as { facts?: { readings?: unknown } }).facts?.readings, [
      { typed: '2027-03-10T09:00:00Z', own: '2027-03-10T09:00:20Z', offsetSeconds: 20 },
    ]);
  });

  test('refuses what is no time', async () => {
    const { terminal } = terminalOf('noon');
    const { events, error } = await recordedBy(checkClock, step, { terminal, clock });
    assert.deepEqual(events, []);
    assert.equal((error as { code?: string }).code, 'DATE_INVALID');
  });
});
