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

/** One event of each type as the program writes it. */
const SAMPLES = new Map<EventType, Event>([
  ['declined', { type: 'declined', proposal: 3, seat: 'alice', reason: 'not agreed', ...stamp }],
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
    ['opening', { mode: 'test' }, /"mode" is "test"/],
  ];
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
