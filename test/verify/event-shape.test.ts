import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { type Event, type EventType, LEVEL_OF } from '../../src/transcript/event.ts';
import { checkEventShape } from '../../src/verify/event-shape.ts';
import { assertRefuses } from '../der/refusal.ts';
import { recordCeremony } from '../forge/record.ts';

const recording = await recordCeremony();
const aborted = await recordCeremony({ refuse: ({ step }) => step === 'film' });
const stamp = { seq: 9, at: '2027-03-10T09:00:00Z', salt: '0'.repeat(32) };

const head = 'ab'.repeat(32);
const typedBy = ['ivo', 'dana'];

/** One event of each type as the program writes it. */
const SAMPLES = new Map<EventType, Event>([
  ['declined', { type: 'declined', proposal: 3, seat: 'alice', reason: 'not agreed', ...stamp }],
  [
    'deviation',
    {
      type: 'deviation',
      step: 'film',
      what: 'No film',
      why: 'no camera',
      effect: 'skip',
      names: [],
      agreed: ['alice', 'bob'],
      ...stamp,
    },
  ],
  [
    'pause',
    { type: 'pause', step: 'film', phase: 'end', why: 'lunch', stays: ['dana', 'gus'], head, typedBy, ...stamp },
  ],
  [
    'correction',
    {
      type: 'correction',
      step: 'film',
      answer: 4,
      seat: 'dana',
      checkedBy: ['gus'],
      values: { serial: 'A1' },
      why: 'misread',
      ...stamp,
    },
  ],
  ['decision', { type: 'decision', step: 'film', seat: 'dana', about: 5, choice: 'again', ...stamp }],
  [
    'resume',
    {
      type: 'resume',
      step: 'film',
      head,
      recovered: [{ path: 'events.jsonl', sha256: head, size: 17 }],
      open: 7,
      voided: [7, 8],
      typedBy: ['dana', 'gus'],
      mistyped: 0,
      program: head,
      ...stamp,
    },
  ],
  [
    'reconciliation',
    { type: 'reconciliation', step: 'root-key', proposal: 7, outcome: 'not-done', facts: {}, ...stamp },
  ],
  ...[...aborted.events, ...recording.events].map((event) => [event.type, event] as const),
]);

const refuses = (event: unknown) => {
  assert.throws(
    () => checkEventShape(event as Event, 9),
    (error) => error instanceof CeremonyError && error.code === 'TRANSCRIPT_BROKEN',
  );
};

describe('event shape', () => {
  it('takes every event that the program writes', () => {
    assert.deepEqual([...SAMPLES.keys()].sort(), Object.keys(LEVEL_OF).sort());
    for (const event of [...recording.events, ...aborted.events]) checkEventShape(event, event.seq);
  });

  for (const [type, sample] of SAMPLES) {
    it(`holds "${type}" to its members`, () => {
      for (const key of Object.keys(sample)) {
        const { [key as 'type']: _, ...rest } = sample;
        if (key !== 'type') refuses(rest);
        for (const value of [{ a: 1 }, 1.5, true, [[]]]) {
          // Facts and values are free objects; what a step makes of them its type judges.
          const isFree =
            ['facts', 'values', 'descriptor'].includes(key) && !Array.isArray(value) && typeof value === 'object';
          if (key !== 'type' && !isFree) refuses({ ...sample, [key]: value });
        }
      }
      assertRefuses(
        () => checkEventShape({ ...sample, remark: 'x' } as unknown as Event, 9),
        'TRANSCRIPT_BROKEN',
        'event line 9 has an unknown member "remark"',
      );
    });
  }

  const wrong: readonly (readonly [EventType, Record<string, unknown>, RegExp])[] = [
    ['act', { at: '2027-02-30T00:00:00Z' }, /"at" "2027-02-30T00:00:00Z", expected a time in UTC/],
    ['act', { phase: 'skip' }, /"phase" is "skip", expected begin or end/],
    ['step', { step: '../x' }, /"step" is "\.\.\/x"/],
    ['step', { why: 'because' }, /"why" is "because"/],
    ['step', { by: ['Alice'] }, /"by" is "Alice"/],
    ['approval', { proposal: 0 }, /"proposal" is 0/],
    ['intent', { approvers: 'alice' }, /"approvers" is not a list/],
    ['result', { outcome: 'maybe' }, /"outcome" is "maybe", expected done or failed/],
    ['proposed', { operation: 'erase' }, /"operation" is "erase"/],
    ['refusal', { code: 'NO_SUCH_CODE' }, /has the code "NO_SUCH_CODE"/],
    ['file', { path: 'a\nb' }, /"path" is "a\\nb"/],
    ['deviation', { why: ' ' }, /"why" is " "/],
    [
      'deviation',
      { effect: 'abort' },
      /"effect" is "abort", expected none or skip or repeat or resume or exchange or quirk/,
    ],
    ['deviation', { names: ['alice', 'bob'] }, /: "names" is "alice, bob", expected 0 different names for "skip"/],
    ['deviation', { effect: 'exchange' }, /: "names" is "", expected 2 different names for "exchange"/],
    ['deviation', { effect: 'exchange', names: ['bob', 'bob'] }, /: "names" is "bob, bob", expected 2 different names/],
    ['deviation', { effect: 'exchange', names: ['bob', '?'] }, /"names" is "\?"/],
    ['deviation', { agreed: [] }, /has 0 seats in "agreed", expected 1 or more/],
    ['deviation', { agreed: ['bob', 'alice'] }, /has "agreed" "bob, alice", expected it sorted/],
    ['deviation', { agreed: ['bob', 'bob'] }, /has "agreed" "bob, bob", expected different seats/],
    ['pause', { stays: ['dana'] }, /has 1 seats in "stays", expected 2 or more/],
    ['pause', { typedBy: ['dana', 'gus', 'ivo'] }, /has 3 seats in "typedBy", expected 2/],
    ['pause', { typedBy: ['dana', 'dana'] }, /has "typedBy" "dana, dana", expected different seats/],
    ['pause', { phase: 'begin' }, /has 2 seats in "typedBy", expected 0/],
    ['correction', { answer: 0 }, /"answer" is 0/],
    ['correction', { values: {} }, /a correction gives no value/],
    [
      'decision',
      { choice: 'ignore' },
      /"choice" is "ignore", expected again or other or propose-again or reconcile or accept-quirk or one-copy or abort/,
    ],
    ['resume', { step: 'Film' }, /"step" is "Film"/],
    ['resume', { recovered: [{ path: 'a', sha256: head, size: 1, remark: 'x' }] }, /unknown member "remark"/],
    ['resume', { voided: [0] }, /"voided" is 0/],
    ['reconciliation', { outcome: 'maybe' }, /"outcome" is "maybe", expected not-done or done or orphan or unknown/],
    ['opening', { mode: 'test' }, /"mode" is "test"/],
  ];
  it('takes a resume with no step open, and without an intent', () => {
    checkEventShape({ ...SAMPLES.get('resume'), step: '', open: null, recovered: [], voided: [] } as Event, 9);
  });

  for (const [type, change, message] of wrong) {
    it(`refuses "${type}" with ${JSON.stringify(change)}`, () => {
      assertRefuses(
        () => checkEventShape({ ...SAMPLES.get(type), ...change } as Event, 9),
        'TRANSCRIPT_BROKEN',
        message,
      );
    });
  }
});
