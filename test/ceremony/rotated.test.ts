import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Event } from '../../src/transcript/event.ts';
import { CKR } from '../softhsm/fault-proxy.ts';
import { hold } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, layTable, type Table } from './kill-points.ts';
import { rotatingScript } from './rotating.ts';
import { assertDoneOnce, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

const STEPS = ['rotate-user', 'rotate-so'] as const;
/** By default each change of a PIN is cut off at one of its ends, and both ends are met; QUORATE_KILLS=all has all four. */
const ALL = process.env['QUORATE_KILLS'] === 'all';

/** At the n-th call of C_SetPIN: the first is of the user's PIN, the second of the security officer's. */
function setPin(nth: number, phase: 'before' | 'after'): KillPoint {
  return { at: 'call', module: 'hsm', of: 'C_SetPIN', nth, phase, name: `${phase} C_SetPIN ${nth}`, group: phase };
}

const ofStep = <T extends 'proposed' | 'reconciliation'>(events: readonly Event[], type: T, step: string): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type && event.step === step);

function resultsOf(events: readonly Event[], step: string): Of<'result'>[] {
  const proposals = ofStep(events, 'proposed', step).map(({ seq }) => seq);
  return events.filter((event): event is Of<'result'> => event.type === 'result' && proposals.includes(event.proposal));
}

const adopted = (events: readonly Event[], step: string) =>
  ofStep(events, 'proposed', step).map(({ descriptor }) => descriptor['adopts']);

describe('the rotation of both share sets', { concurrency: 2 }, () => {
  const free: Table[] = [];
  after(() => {
    for (const table of free) table.remove();
  });

  /** A test with a table to itself. */
  function atTable(name: string, use: (table: Table) => Promise<void>): void {
    test(name, async () => {
      const table = free.pop() ?? (await layTable(rotatingScript));
      try {
        await use(table);
      } finally {
        free.push(table);
      }
    });
  }

  const refusedLogins = (table: Table) =>
    table.proxies
      .hsm('root-hsm')
      .returned()
      .filter((line) => /^C_Login .*rv=160$/.test(line)).length;
  const ledgerOf = (table: Table) => JSON.parse(readFileSync(join(table.set.out, 'ledger.json'), 'utf8')) as Ledger;

  /** Kills, goes on to the end, and holds what lies there to what must. @returns the events, and how many PINs were refused */
  async function goneOn(table: Table, point: KillPoint, blow: Blow, second?: KillPoint) {
    const where = `${blow} killed ${point.name}${second ? `, and again ${second.name}` : ''}`;
    table.clear();
    const refused = refusedLogins(table);
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
    await assertVerifies(table, 'complete', where);
    const events = eventsIn(table.set.out);
    assertDoneOnce(table, events, where);
    execFileSync('sh', ['verify.sh', String(table.set.stage.start['expectedRoster'])], { cwd: table.set.out });
    assert.deepEqual(
      ledgerOf(table).shareSets.map((set) => `${set.kind} ${set.state}`),
      ['user void', 'so void', 'user current', 'so current'],
      where,
    );
    return { events, screen: wentOn.screen, refused: refusedLogins(table) - refused };
  }

  for (const [index, step] of STEPS.entries()) {
    if (ALL || step === 'rotate-so')
      atTable(
        `${step}: killed before its PIN is changed, the new PIN is tried, and then the old one`,
        async (table) => {
          const { events, screen, refused } = await goneOn(table, setPin(index + 1, 'before'), 'power');
          const [begun] = ofStep(events, 'proposed', step);
          const [found, ...more] = ofStep(events, 'reconciliation', step);
          assert.deepEqual([found?.outcome, found?.proposal, more], ['unknown', begun?.seq, []]);
          assert.deepEqual(adopted(events, step), [null, begun?.digest], 'people approved that it is finished');
          assert.equal(resultsOf(events, step)[0]?.facts['found'], 'old');
          assert.equal(refused, 1, 'the one try that was approved, and no other');
          assert.match(screen, /FINISHES +a rotation that was begun: NOBODY KNOWS WHICH PIN THE TOKEN HAS/);
          assert.match(
            screen,
            /logs in +first with the NEW PIN; if it is refused, WHICH COSTS ONE TRY,\n +then with the OLD PIN/,
          );
        },
      );

    if (ALL || step === 'rotate-user')
      atTable(
        `${step}: killed when its PIN was changed, the new PIN is found to be right, and no try is spent`,
        async (table) => {
          const { events, refused } = await goneOn(table, setPin(index + 1, 'after'), index === 0 ? 'core' : 'power');
          assert.equal(resultsOf(events, step)[0]?.facts['found'], 'new');
          assert.equal(refused, 0);
          assert.equal(adopted(events, step).length, 2);
        },
      );
  }

  atTable('killed while it is finished, it is finished all the same, with the set that was begun', async (table) => {
    const { events, refused } = await goneOn(table, setPin(1, 'before'), 'power', setPin(1, 'after'));
    const [first, second] = ofStep(events, 'proposed', 'rotate-user');
    assert.deepEqual(adopted(events, 'rotate-user'), [null, first?.digest, second?.digest]);
    const sets = ofStep(events, 'proposed', 'rotate-user').map(({ descriptor }) => JSON.stringify(descriptor['set']));
    assert.equal(new Set(sets).size, 1, 'one secret alone');
    assert.equal(resultsOf(events, 'rotate-user')[0]?.facts['found'], 'new');
    assert.equal(refused, 1);
  });

  atTable(
    'killed before it was begun, it is begun anew with another secret, and the first opens nothing',
    async (table) => {
      const point = { at: 'write', nth: 0, phase: 'after', name: '', group: '' } as const;
      table.clear();
      const { told } = await hold(table.set, {
        inCore: {
          preload: new URL('fatal-write.ts', import.meta.url).pathname,
          environment: { FATAL_ROOT: table.set.folder },
        },
        guardEndsByItself: true,
      });
      const lines = told.split('\n');
      // The observation of the shares is the last event before the intent.
      const at = lines.findLast(
        (line) => / pack\/chain\.jsonl observation$/.test(line) && before(lines, line, 'intent'),
      );
      assert.ok(at !== undefined, told.slice(-2000));
      const nth = Number(at.split(' ')[0]);
      const { events, refused } = await goneOn(table, { ...point, nth, name: at }, 'power');
      assert.deepEqual(adopted(events, 'rotate-so'), [null, null]);
      const ids = ofStep(events, 'proposed', 'rotate-so').map(
        ({ descriptor }) => (descriptor['set'] as { id?: string }).id,
      );
      assert.equal(new Set(ids).size, 2);
      assert.equal(refused, 0);
    },
  );

  atTable('killed afterwards, the new guard knows the new sets: the CRL is signed with them', async (table) => {
    const point: KillPoint = {
      at: 'call',
      module: 'hsm',
      of: 'C_Sign',
      nth: 2,
      phase: 'before',
      name: 'C_Sign 2',
      group: '',
    };
    const { events, refused } = await goneOn(table, point, 'power');
    assert.equal(refused, 0);
    for (const step of STEPS) assert.deepEqual(adopted(events, step), [null]);
  });

  atTable('a device that fails as it changes the PIN: people have it finished, in the same ceremony', async (table) => {
    table.clear();
    const refused = refusedLogins(table);
    const hsm = table.proxies.hsm('root-hsm');
    hsm.at('C_SetPIN', 1, { return: CKR.deviceError });
    try {
      const held = await hold(table.set, {
        guardEndsByItself: true,
        answer: (question, honest) => (question['kind'] === 'choice' && honest === 'abort' ? 'propose-again' : honest),
      });
      assert.equal(held.code, 0, held.stderr);
    } finally {
      hsm.heal();
    }
    await assertVerifies(table, 'complete', 'a device that failed');
    const events = eventsIn(table.set.out);
    const [failed, done] = resultsOf(events, 'rotate-user');
    assert.equal(failed?.facts['code'], 'HSM_DEVICE_ERROR');
    assert.equal(failed?.facts['reached'], 'maybe');
    assert.match(
      String(failed?.facts['message']),
      /failed during rotate-activation of step "rotate-user": C_SetPIN returned CKR_DEVICE_ERROR/,
    );
    assert.equal(done?.facts['found'], 'old');
    assert.deepEqual(adopted(events, 'rotate-user'), [null, ofStep(events, 'proposed', 'rotate-user')[0]?.digest]);
    assert.equal(refusedLogins(table) - refused, 1);
  });

  atTable(
    'given up when nobody knows which PIN the token has, it is recorded as begun, and both sets are kept',
    async (table) => {
      table.clear();
      const hsm = table.proxies.hsm('root-hsm');
      hsm.at('C_SetPIN', 1, { return: CKR.deviceError }, 'after');
      try {
        const held = await hold(table.set, { guardEndsByItself: true });
        assert.equal(held.code, 4, held.stderr);
        assert.match(held.stderr, /it is not known whether the PIN was changed/);
      } finally {
        hsm.heal();
      }
      await assertVerifies(table, 'aborted', 'given up');
      const { shareSets, tokens } = ledgerOf(table);
      assert.deepEqual(
        shareSets.map((set) => `${set.kind} ${set.state}`),
        ['user current', 'so current', 'user begun'],
      );
      assert.deepEqual(
        tokens[0]?.sets,
        shareSets.slice(0, 2).map((set) => set.id),
      );
    },
  );
});

/** Whether the next event of that kind is the next event at all. */
function before(lines: readonly string[], line: string, kind: string): boolean {
  const next = lines.slice(lines.indexOf(line) + 1).find((one) => / pack\/chain\.jsonl \S+$/.test(one));
  return next?.endsWith(` ${kind}`) ?? false;
}
