import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import type { LedgerKey } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { hold } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, type Table, telling, writesIn } from './kill-points.ts';
import { intentsOf, resultsOf } from './operations.ts';
import { layRestorings, type Restoring, type Restorings } from './restoring.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

function atCall(of: string, nth: number, phase: 'before' | 'after'): KillPoint {
  return { at: 'call', module: 'hsm', of, nth, phase, name: `${phase} ${of} ${nth}`, group: `${phase} ${of}` };
}

/** A change to the disk: that of its kind that comes so many after the restoration begins. */
interface Line {
  readonly like: RegExp;
  readonly nth: number;
}

/** Where a run goes on after the one before was killed, it is killed again at the next point. */
interface Case {
  readonly name: string;
  readonly kind: Restoring;
  readonly blow: Blow;
  readonly at: readonly (KillPoint | Line)[];
  /** What the operation that ended well destroyed before, of what the others had left. */
  readonly left?: readonly string[];
}

const WHOLE = ['private-key', 'public-key'];
const LINE = (type: string, phase = 'after') => new RegExp(`^${phase} write pack/chain\\.jsonl ${type}$`);
const HALF_RESULT = /^half write pack\/events\.jsonl result$/;

/*
 * In the whole run C_CreateObject makes the wrapping key and then the public half; the first C_DestroyObject is of the wrapping
 * key, and those of a drill that follow are of the key's private half and of its public one.
 */
const CASES: readonly Case[] = [
  { name: 'nothing was unwrapped yet', kind: 'drill', blow: 'power', at: [atCall('C_CreateObject', 1, 'before')] },
  {
    ...{ name: 'the public half is there, and no private one', kind: 'drill', blow: 'power', left: ['public-key'] },
    at: [atCall('C_CreateObject', 2, 'after')],
  },
  {
    ...{ name: 'the key is there, and its guard died before it answered', kind: 'drill', blow: 'power', left: WHOLE },
    at: [atCall('C_UnwrapKey', 1, 'after')],
  },
  {
    ...{ name: 'the guard ended it with nobody to hear the answer', kind: 'restore', blow: 'core', left: WHOLE },
    at: [atCall('C_UnwrapKey', 1, 'after')],
  },
  {
    ...{ name: 'the key is there, and half a line says so', kind: 'restore', blow: 'core', left: WHOLE },
    at: [{ like: HALF_RESULT, nth: 0 }],
  },
  {
    name: 'the key is there, and the record says so',
    kind: 'restore',
    blow: 'power',
    at: [{ like: LINE('result'), nth: 0 }],
  },
  {
    ...{ name: 'and again while what was left goes', kind: 'drill', blow: 'power', left: ['public-key'] },
    at: [atCall('C_UnwrapKey', 1, 'after'), atCall('C_DestroyObject', 1, 'after')],
  },
  {
    ...{ name: 'and again once what was left is gone', kind: 'drill', blow: 'power', left: [] },
    at: [atCall('C_UnwrapKey', 1, 'after'), atCall('C_DestroyObject', 2, 'after')],
  },
  {
    ...{ name: 'and again when it is there anew', kind: 'drill', blow: 'core', left: WHOLE },
    at: [atCall('C_UnwrapKey', 1, 'after'), atCall('C_UnwrapKey', 1, 'after')],
  },
  { name: 'its private half was destroyed', kind: 'drill', blow: 'power', at: [atCall('C_DestroyObject', 2, 'after')] },
  { name: 'both halves were destroyed', kind: 'drill', blow: 'power', at: [atCall('C_DestroyObject', 3, 'after')] },
  {
    name: 'it was destroyed, and half a line says so',
    kind: 'drill',
    blow: 'core',
    at: [{ like: HALF_RESULT, nth: 1 }],
  },
  {
    name: 'it was destroyed, and the record says so',
    kind: 'drill',
    blow: 'power',
    at: [{ like: LINE('result'), nth: 1 }],
  },
  {
    name: 'it is gone, and some have signed off',
    kind: 'drill',
    blow: 'core',
    at: [{ like: LINE('statement'), nth: 3 }],
  },
];

/** By default at those above; besides at so many, or `all`, changes to the disk and calls that change the HSM. */
const WISH = process.env['QUORATE_KILLS'];
const CHANGES_HSM = ['C_CreateObject', 'C_UnwrapKey', 'C_DestroyObject', 'C_SignInit'];

describe('a restoration that is interrupted goes on without a lost or an extra copy', { concurrency: false }, () => {
  let laid: Restorings;
  const writes = new Map<Restoring, readonly KillPoint[]>();
  const calls = new Map<Restoring, readonly string[]>();
  before(async () => {
    laid = await layRestorings();
    for (const name of ['drill', 'restore'] as const) {
      const table = laid.tables[name];
      const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
      assert.equal(whole.code, 0, whole.stderr);
      const all = writesIn(whole.told);
      // From where the restoration begins: the HSM was made ready before.
      const ready = all.findLastIndex(({ group }) => group.startsWith('after link media/drill-envelopes'));
      const from = all.findIndex(({ group }, at) => at > ready && group === 'after write pack/chain.jsonl act');
      // How it is sealed, once it is closed, is the same in every ceremony.
      writes.set(
        name,
        all.slice(
          from,
          all.findIndex(({ group }) => group === 'after write pack/chain.jsonl close'),
        ),
      );
      calls.set(name, table.hsm.entered());
      await assertWhole(name, [], 'not killed');
    }
  });
  after(() => laid?.remove());

  const objectsOn = ({ set }: Table): string[] => {
    const tokens = join(set.folder, 'hsm-drill-hsm', 'tokens');
    assert.equal(readdirSync(tokens).length, 1, 'one token was initialised');
    return readdirSync(tokens, { recursive: true })
      .map(String)
      .filter((path) => /(?<!token)\.object$/.test(path));
  };

  async function assertWhole(name: Restoring, left: readonly string[] | undefined, where: string): Promise<void> {
    const table = laid.tables[name];
    const { out, folder, stage } = table.set;
    await assertVerifies(table, 'complete', where);
    execFileSync('sh', ['verify.sh', String(stage.start['expectedRoster'])], { cwd: out });
    const events = eventsIn(out);
    const [restored, ...more] = resultsOf('unwrap-key', events);
    assert.ok(restored && more.length === 0, `${where}: restored ${more.length} times too often by the record`);
    if (left) assert.deepEqual(restored.facts['left'], left, where);
    assert.equal(resultsOf('destroy-key', events).length, name === 'drill' ? 1 : 0, where);
    const intents = intentsOf('unwrap-key', events);
    assert.ok(table.hsm.count('C_UnwrapKey') <= intents, `${where}: unwrapped more often than the quorum approved`);
    assert.equal(objectsOn(table).length, name === 'drill' ? 0 : 2, `${where}: objects on the HSM`);

    const ledger = readLedger(readFileSync(join(out, 'ledger.json')));
    const serial = String(restored.facts['serial']);
    assert.deepEqual(
      ledger.copies.map(({ provenance, token, destroyed }) => [provenance, token, destroyed?.step]),
      [['restored', serial, name === 'drill' ? 'gone' : undefined]],
      where,
    );
    const [key] = ledger.keys as [LedgerKey];
    const home = laid.before.keys[0]?.token ?? '';
    assert.equal(key.state, 'active', where);
    assert.deepEqual(keyPlaces(ledger, key), name === 'drill' ? [home] : [home, serial], where);
    assert.deepEqual(ledger.backups, laid.before.backups, where);
    const [{ file = '', sha256: digest = '' } = {}] = ledger.backups ?? [];
    for (const copy of [1, 2]) {
      const medium = join(folder, 'media', `backups.${copy}`);
      assert.deepEqual(readdirSync(medium), [file], `${where}: what lies on the medium, and nothing else`);
      assert.equal(sha256(readFileSync(join(medium, file))), digest, where);
    }
  }

  async function goesOn({ kind, blow, at, left, name }: Case): Promise<void> {
    const table = laid.tables[kind];
    table.clear();
    for (const [index, one] of at.entries()) {
      const alike = (like: RegExp) => writes.get(kind)?.filter(({ group }) => like.test(group));
      const point = 'like' in one ? alike(one.like)?.at(one.nth) : one;
      assert.ok(point, [...new Set(writes.get(kind)?.map(({ group }) => group))].join('\n'));
      const killed = await holdUntil(table, point, blow, index > 0);
      assert.equal(killed.code, 137, `${name}: ${killed.stderr}`);
      await assertVerifies(table, 'interrupted', name);
    }
    const before = filesIn(table.set.out);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, `${name}: ${wentOn.stderr}`);
    assertNothingLost(before, filesIn(table.set.out), name);
    assertNothingIncoming(table, name);
    await assertWhole(kind, left, name);
  }

  for (const one of CASES) test(one.name, () => goesOn(one));

  if (WISH !== undefined)
    for (const kind of ['drill', 'restore'] as const)
      test(`at changes to the disk, and to the HSM: ${kind}`, async (t) => {
        const changed = CHANGES_HSM.flatMap((call) =>
          (calls.get(kind) ?? [])
            .filter((one) => one === call)
            .flatMap((_, index) => [atCall(call, index + 1, 'before'), atCall(call, index + 1, 'after')]),
        );
        const every = [...(writes.get(kind) ?? []), ...changed];
        const wanted = WISH === 'all' ? every.length : Math.min(every.length, Number(WISH));
        const points = every.filter(
          (_, index) =>
            Math.floor((index * wanted) / every.length) !== Math.floor(((index - 1) * wanted) / every.length),
        );
        const failed: string[] = [];
        for (const [index, point] of points.entries())
          await goesOn({ name: point.name, kind, blow: index % 2 === 0 ? 'power' : 'core', at: [point] }).catch(
            (error) => failed.push(String(error)),
          );
        t.diagnostic(`killed at ${points.length} of ${every.length} points`);
        assert.deepEqual(failed, []);
      });
});
