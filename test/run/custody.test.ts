import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { custodyAfter } from '../../src/ledger/custody.ts';
import { paperSteps, stepsOf } from '../../src/plan/plan.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';

const WHOLE = await recordCeremony({ vault: true });
/** Things that are put away when the program has ended: on paper. */
const ON_PAPER = new Set(
  paperSteps(WHOLE.plan).flatMap(({ type, params }) => (type === 'seal' ? [params['item']] : [])),
);

/** Thing → where the record says it is at the end. */
function endOf({ plan, events }: Pick<typeof WHOLE, 'plan' | 'events'>): [string, string][] {
  return [...custodyAfter(plan, events)].map(([unit, { state, bag, place }]) => [unit, `${state} ${bag} ${place}`]);
}

function eventsIn(files: ReadonlyMap<string, Uint8Array>): Event[] {
  const lines = Buffer.from(files.get('events.jsonl') ?? '')
    .toString()
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

describe('whatever was taken out', () => {
  test('is put away at the end, with numbers of its own, where the script says', () => {
    const end = new Map(endOf(WHOLE));
    assert.equal(end.get('hsm'), 'sealed B1001 safe-1');
    assert.equal(end.get('cards@alice'), 'sealed B1002 own-box');
    assert.equal(end.get('envelopes.1'), 'sealed B1007 safe-1');
    assert.equal(end.get('envelopes.2'), 'sealed B1008 safe-2');
    assert.equal(end.get('evidence.2'), 'sealed B1010 auditor');
    assert.equal(end.get('publish'), 'handed-over null pki-operations');
    // Taken out on paper before the program ran, and typed into the record.
    assert.equal(end.get('laptop'), 'open null null');
    assert.equal(end.size, 13);
  });

  for (const { key } of stepsOf(WHOLE.plan)) {
    test(`is put away where the ceremony is aborted at "${key}", and the pack verifies`, async () => {
      let asked = false;
      const { source, options, derive, files } = await forge({
        record: {
          vault: true,
          interject: (step, phase) => {
            if (asked || step !== key || phase !== 'enter') return undefined;
            asked = true;
            return { interject: 'abort', why: 'as a test' };
          },
        },
        options: { outcome: 'aborted' },
      });
      assert.equal(asked, true);
      const events = eventsIn(files);
      assert.equal(events.at(-1)?.type, 'close');
      const end = endOf({ plan: WHOLE.plan, events });
      assert.deepEqual(
        end.filter(([unit, where]) => where.startsWith('open') && !ON_PAPER.has(unit)),
        [],
      );
      const { findings } = verifyPack(source, options, derive);
      assert.deepEqual(findings, []);
      // What never left its bag is in it, and its number was read again.
      const sealed = end.filter(([unit]) => unit.startsWith('cards@'));
      assert.equal(sealed.length, 5);
      for (const [, where] of sealed) assert.match(where, /^sealed (?:A00123|B10)\d\d own-box$/);
    });
  }
});
