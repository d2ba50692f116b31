import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { custodyAfter } from '../../src/ledger/custody.ts';
import { paperSteps, stepsOf } from '../../src/plan/plan.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';

const WHOLE = await recordCeremony({ vault: true });
/** The script that ships, and the one that crypto officers drew up. */
const SCRIPTS = { vault: WHOLE, example: await recordCeremony({ example: true }) } as const;

/** Things that are put away when the program has ended: on paper. */
const onPaper = ({ plan }: typeof WHOLE): ReadonlySet<unknown> =>
  new Set(paperSteps(plan).flatMap(({ type, params }) => (type === 'seal' ? [params['item']] : [])));

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
    assert.equal(end.get('envelopes.1'), 'sealed B1002 safe-1');
    assert.equal(end.get('envelopes.2'), 'sealed B1003 safe-2');
    assert.equal(end.get('publish'), 'handed-over null pki-operations');
    // The manifest is signed with them, and the pack is written, after that: they are put away on paper.
    assert.equal(end.get('cards@alice'), 'open null null');
    assert.equal(end.get('evidence.2'), 'open null null');
    // Taken out on paper before the program ran, and typed into the record.
    assert.equal(end.get('laptop'), 'open null null');
    assert.equal(end.size, 13);
  });

  test('is put away at the end by the script of crypto officers too', () => {
    const { example } = SCRIPTS;
    const end = endOf(example);
    const paper = onPaper(example);
    const open = end.filter(([unit, where]) => where.startsWith('open') && !paper.has(unit.replace(/[.@].*/, '')));
    assert.deepEqual(open, []);
    assert.equal(new Map(end).get('hsm-2')?.replace(/B\d+/, 'B'), 'sealed B safe-2');
    assert.equal(end.length, 14);
  });

  for (const [name, key] of Object.entries(SCRIPTS).flatMap(([name, { plan }]) =>
    stepsOf(plan).map((step) => [name as keyof typeof SCRIPTS, step.key] as const),
  )) {
    test(`is put away where the ${name} is aborted at "${key}", and the pack verifies`, async () => {
      const { plan } = SCRIPTS[name];
      let asked = false;
      const { source, options, derive, files } = await forge({
        record: {
          [name]: true,
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
      const end = endOf({ plan, events });
      const paper = onPaper(SCRIPTS[name]);
      assert.deepEqual(
        end.filter(([unit, where]) => where.startsWith('open') && !paper.has(unit.replace(/[.@].*/, ''))),
        [],
      );
      const { findings } = verifyPack(source, options, derive);
      assert.deepEqual(findings, []);
      // What never left its bag is in it, and its number was read again.
      assert.match(end.find(([unit]) => unit === 'hsm')?.[1] ?? '', /^sealed (?:factory|B10\d\d) safe-1$/);
    });
  }
});
