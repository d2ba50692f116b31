import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adjournedFor, PLANNED_WHY } from '../../src/plan/adjournment.ts';
import type { PlannedAct, PlannedStep } from '../../src/plan/plan.ts';
import type { StepEvidence } from '../../src/plan/step-type.ts';
import { adjourn } from '../../src/steps/adjourn.ts';
import type { Event } from '../../src/transcript/event.ts';

const PARAMS = { 'at-most': 'PT20H', return: 'head-words' } as const;
const STEP = { id: 'night', key: 'night', number: '9', type: 'adjourn', by: ['dana'], check: ['gus'], say: 'Away.' };

/** A record in which the day ends and the next begins, so much later. */
function record(morning = '2027-03-11T08:00:00Z', why = PLANNED_WHY): Event[] {
  const step = { step: 'night', number: '9', kind: 'adjourn', by: ['dana'], check: ['gus'], why: '' };
  const evening = '2027-03-10T17:00:00Z';
  const events = [
    { type: 'act', act: 1, title: 'Evening', phase: 'begin', at: evening },
    { type: 'step', ...step, phase: 'begin', at: evening },
    {
      type: 'answer',
      step: 'night',
      seat: 'dana',
      checkedBy: ['gus'],
      question: 'Away.',
      values: { answer: 'done' },
      at: evening,
    },
    { type: 'observation', step: 'night', subject: 'adjournment', facts: { atMost: 'PT20H' }, at: evening },
    { type: 'step', ...step, phase: 'end', at: evening },
    { type: 'act', act: 1, title: 'Evening', phase: 'end', at: evening },
    { type: 'resume', step: '', at: morning },
    { type: 'act', act: 2, title: 'Morning', phase: 'begin', at: morning },
    { type: 'deviation', step: 'clock', effect: 'resume', why, at: morning },
  ];
  return events.map((event, index) => ({ ...event, seq: index + 1 }) as unknown as Event);
}

function judged(events: readonly Event[]): string[] {
  const begin = events.findIndex((event) => event.type === 'step' && event.phase === 'begin');
  const end = events.findLastIndex((event) => event.type === 'step' && event.phase === 'end');
  const evidence = { events } as unknown as StepEvidence;
  const step = STEP as unknown as PlannedStep;
  return adjourn.verify(PARAMS, step, events.slice(begin, end + 1), evidence).map(({ message }) => message);
}

describe('the end of a day, as a verifier judges it', () => {
  test('is one where the program ended and went on in time', () => {
    assert.deepEqual(judged(record()), []);
    assert.deepEqual(judged(record().slice(0, 6)), [], 'it has not gone on yet');
  });

  test('is none where nobody said so, or nothing says that it ended', () => {
    const without = (type: string) => record().filter((event) => event.type !== type);
    assert.deepEqual(judged(without('observation')), ['step 9 "night": nothing says that the day ended']);
    assert.match(judged(without('answer'))[0] ?? '', /has no answer of done by dana/);
  });

  test('is none where the program went on without ending, or for another time than planned', () => {
    const went = record().filter((event) => event.type !== 'resume');
    assert.deepEqual(judged(went), ['step 9 "night": the program went on with event 8, and was to end with the act']);
    const other = record().map((event) =>
      event.type === 'observation' ? { ...event, facts: { atMost: 'P9D' } } : event,
    );
    assert.deepEqual(judged(other), ['step 9 "night": it says at most "P9D"; the plan says PT20H']);
  });

  test('wants a reason where it took longer', () => {
    assert.deepEqual(judged(record('2027-03-12T08:00:00Z')), [
      'step 9 "night": it went on 140400 s later, and PT20H were planned; nobody said why',
    ]);
    assert.deepEqual(judged(record('2027-03-12T08:00:00Z', 'Snow')), []);
    assert.deepEqual(judged(record('2027-03-11T13:00:00Z')), [], 'to the second');
  });
});

test('a record ends with a day only where the last step of the act that ended recorded it', () => {
  const acts = [{ index: 1, steps: [STEP] }] as unknown as PlannedAct[];
  const evening = record().slice(0, 6);
  assert.equal(adjournedFor(acts, evening), 'PT20H');
  assert.equal(adjournedFor(acts, evening.slice(0, 5)), undefined, 'the act has not ended');
  assert.equal(adjournedFor(acts, record()), undefined, 'it has gone on');
  const skipped = evening.filter((event) => event.type !== 'observation');
  assert.equal(adjournedFor(acts, skipped), undefined, 'the step was left');
  assert.equal(adjournedFor([{ index: 1, steps: [{ ...STEP, type: 'seal' }] }] as never, evening), undefined);
});
