import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { breakStep } from '../../src/steps/break.ts';
import type { Event } from '../../src/transcript/event.ts';
import { judges, recordedBy, stepOf } from './vault.ts';

const STEP = 'STEP-BREAK step 26 "lunch"';

/** The pause that ends in this step, so much later. */
const ending = (later: string) => ({
  event: (event: { type: string; step?: string; phase?: string; at: string }) => {
    if (event.type === 'pause' && event.step === 'lunch' && event.phase === 'end') event.at = later;
  },
});

judges('lunch', [
  [
    'nobody left',
    { keep: (event) => !(event.type === 'pause' && event.step === 'lunch') },
    `${STEP}: no pause began and ended`,
  ],
  [
    'nobody came back',
    { keep: (event) => !(event.type === 'pause' && event.step === 'lunch' && event.phase === 'end') },
    `${STEP}: no pause began and ended`,
  ],
  [
    'others stayed with the equipment than the plan says',
    {
      event: (event) => {
        if (event.type === 'pause' && event.step === 'lunch') event.stays = ['alice', 'bob'];
      },
    },
    `${STEP}: alice, bob stayed with the equipment; the plan says gus, hana, sam`,
  ],
  [
    'it took longer than planned, and nobody said why',
    ending('2027-03-10T10:01:00Z'),
    /^STEP-BREAK step 26 "lunch": it took 3\d{3} s, and PT45M were planned; nobody recorded why$/,
  ],
]);

describe('a break', () => {
  /** A room in which people leave at nine and come back then. */
  function room(back: string, deviates: boolean) {
    const events: Partial<Event>[] = [];
    const asked: { readonly text: string; readonly problem?: (typed: string) => string | undefined }[] = [];
    const stayed: (readonly string[])[] = [];
    return {
      asked,
      stayed,
      context: {
        ceremony: { plan: PLAN, events: () => events },
        pauses: {
          pause: async (why: string, stays: readonly string[]) => {
            stayed.push(stays);
            events.push({ type: 'pause', phase: 'begin', seq: 1, at: '2027-03-10T09:00:00Z', why });
            events.push({ type: 'pause', phase: 'end', seq: 2, at: back, why });
          },
        },
        terminal: {
          say: async () => undefined,
          ask: async (question: (typeof asked)[number]) => {
            asked.push(question);
            if (deviates) events.push({ type: 'deviation', seq: 3 });
            return 'done';
          },
        },
      },
    };
  }
  const PLAN = { seats: { 'safe-controller': ['sam'], witness: ['gus', 'hana'] } };

  test('in time asks nothing, and those stay whom the script names', async () => {
    const { asked, stayed, context } = room('2027-03-10T09:45:00Z', false);
    const { error } = await recordedBy(breakStep, stepOf('lunch'), context);
    assert.equal(error, undefined);
    assert.deepEqual(stayed, [['sam', 'gus', 'hana']]);
    assert.deepEqual(asked, []);
  });

  test('that took too long wants a deviation before it goes on', async () => {
    const { asked, context } = room('2027-03-10T09:45:01Z', true);
    await recordedBy(breakStep, stepOf('lunch'), context);
    assert.equal(asked[0]?.text, 'The break took 46 minutes, and PT45M were planned. Record why');
    assert.equal(asked[0]?.problem?.('done'), undefined);
    const unsaid = room('2027-03-10T09:45:01Z', false);
    await recordedBy(breakStep, stepOf('lunch'), unsaid.context);
    assert.equal(unsaid.asked[0]?.problem?.('done'), 'press ? and record the deviation first');
  });
});
