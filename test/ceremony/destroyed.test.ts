import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { destroyingScript } from '../forge/destroying.ts';
import { CKR } from '../softhsm/fault-proxy.ts';
import { hold } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, layTable, type Table } from './kill-points.ts';
import { assertDoneOnce, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;
const STEP = 'destroyed';
const SHIPPED = join(PROGRAM_ROOT, 'ceremonies', 'root-generation.yaml');
const script = () => destroyingScript(readFileSync(SHIPPED, 'utf8'));

/** By default what is killed twice stands for a kill between both objects alone; QUORATE_KILLS=all has that too. */
const BETWEEN = process.env['QUORATE_KILLS'] === 'all' ? ([[destroying(1, 'after'), ['public-key']]] as const) : [];

/** At the n-th call of C_DestroyObject: the first is of the private object, the second of the public one. */
function destroying(nth: number, phase: 'before' | 'after'): KillPoint {
  const [of, name] = ['C_DestroyObject', `${phase} C_DestroyObject ${nth}`];
  return { at: 'call', module: 'hsm', of, nth, phase, name, group: phase };
}

const ofStep = <T extends 'proposed' | 'reconciliation' | 'answer'>(events: readonly Event[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type && event.step === STEP);

function resultsOf(events: readonly Event[]): Of<'result'>[] {
  const proposals = ofStep(events, 'proposed').map(({ seq }) => seq);
  return events.filter((event): event is Of<'result'> => event.type === 'result' && proposals.includes(event.proposal));
}

describe('the destruction of the root key', { concurrency: 2 }, () => {
  const free: Table[] = [];
  after(() => {
    for (const table of free) table.remove();
  });

  /** A test with a table to itself. */
  function atTable(name: string, use: (table: Table) => Promise<void>): void {
    test(name, async () => {
      const table = free.pop() ?? (await layTable(script));
      try {
        await use(table);
      } finally {
        free.push(table);
      }
    });
  }

  async function assertGone(table: Table, where: string): Promise<void> {
    await assertVerifies(table, 'complete', where);
    execFileSync('sh', ['verify.sh', String(table.set.stage.start['expectedRoster'])], { cwd: table.set.out });
    const [key] = (JSON.parse(readFileSync(join(table.set.out, 'ledger.json'), 'utf8')) as Ledger).keys;
    assert.deepEqual([key?.state, key?.destroyed?.step], ['destroyed', STEP], where);
  }

  async function goneOn(table: Table, point: KillPoint, blow: Blow, second?: KillPoint) {
    const where = `${blow} killed ${point.name}${second ? `, and again ${second.name}` : ''}`;
    table.clear();
    const killed = await holdUntil(table, point, blow);
    assert.equal(killed.code, 137, `${where}: ${killed.stderr}`);
    await assertVerifies(table, 'interrupted', where);
    if (second) {
      const again = await holdUntil(table, second, blow, true);
      assert.equal(again.code, 137, `${where}: ${again.stderr}`);
      await assertVerifies(table, 'interrupted', where);
    }
    const left = filesIn(table.set.out);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, `${where}: ${wentOn.stderr}`);
    assertNothingLost(left, filesIn(table.set.out), where);
    const events = eventsIn(table.set.out);
    assertDoneOnce(table, events, where);
    await assertGone(table, where);
    assert.equal(ofStep(events, 'answer').length, 1, 'the phrase is typed once');
    return { events, screen: wentOn.screen };
  }

  for (const [point, left] of [
    [destroying(1, 'before'), ['private-key', 'public-key']],
    ...BETWEEN,
    [destroying(2, 'after'), []],
  ] as const) {
    atTable(
      `killed ${point.name}: what is left is destroyed, once people have approved that it is finished`,
      async (table) => {
        const { events, screen } = await goneOn(table, point, point.nth === 1 ? 'power' : 'core');
        const [begun] = ofStep(events, 'proposed');
        const [found, ...more] = ofStep(events, 'reconciliation');
        assert.deepEqual([found?.outcome, found?.proposal, more], ['unknown', begun?.seq, []]);
        assert.equal(found?.facts['publicKeySeen'], left.includes('public-key' as never));
        assert.deepEqual(
          ofStep(events, 'proposed').map(({ descriptor }) => descriptor['adopts']),
          [null, begun?.digest],
        );
        assert.deepEqual(resultsOf(events)[0]?.facts['destroyed'], left);
        assert.match(screen, /FINISHES +a destruction that was begun: NOBODY KNOWS WHICH OBJECTS ARE LEFT/);
      },
    );
  }

  atTable('killed while it is finished, it is finished all the same', async (table) => {
    const { events } = await goneOn(table, destroying(1, 'before'), 'power', destroying(1, 'after'));
    // Its public object is there at both times: the private one alone was gone at the second.
    assert.deepEqual(
      ofStep(events, 'reconciliation').map(({ outcome, facts }) => [outcome, facts['publicKeySeen']]),
      Array(2).fill(['unknown', true]),
    );
    const [first, second] = ofStep(events, 'proposed');
    assert.deepEqual(
      ofStep(events, 'proposed').map(({ descriptor }) => descriptor['adopts']),
      [null, first?.digest, second?.digest],
    );
    assert.deepEqual(resultsOf(events)[0]?.facts['destroyed'], ['public-key']);
  });

  atTable('a device that fails as it destroys: people have it finished, in the same ceremony', async (table) => {
    table.clear();
    const hsm = table.proxies.hsm('root-hsm');
    hsm.at('C_DestroyObject', 2, { return: CKR.deviceError });
    try {
      const held = await hold(table.set, {
        guardEndsByItself: true,
        answer: (question: JsonObject, honest: string) =>
          question['kind'] === 'choice' && honest === 'abort' ? 'propose-again' : honest,
      });
      assert.equal(held.code, 0, held.stderr);
    } finally {
      hsm.heal();
    }
    const events = eventsIn(table.set.out);
    const [failed, done] = resultsOf(events);
    assert.deepEqual([failed?.facts['code'], failed?.facts['reached']], ['HSM_DEVICE_ERROR', 'maybe']);
    assert.deepEqual(done?.facts['destroyed'], ['public-key']);
    await assertGone(table, 'a device that failed');
  });
});
