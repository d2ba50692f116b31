import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { changingCast, changingScript, LEAVER, NEWCOMER, pointLike, STANDS } from './changing.ts';
import { hold } from './conducted.ts';
import { holdUntil, type KillPoint, layTable, pointsOf, type Table, telling } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const setPin = (nth: number, phase: 'before' | 'after'): KillPoint => ({
  ...{ at: 'call', module: 'hsm', of: 'C_SetPIN', nth, phase, name: `${phase} C_SetPIN ${nth}`, group: phase },
});

/** Where it is killed, by the path of what is written then, and which of those that match. */
const POINTS: readonly (readonly [name: string, at: RegExp | KillPoint, nth?: number])[] = [
  ['once the newcomer is enrolled', /^after write pack\/chain\.jsonl statement$/, 4],
  ['when the next roster is written and not recorded', /^after rename pack\/roster\/next$/],
  ['when one of them has signed', /^after link pack\/roster\/change\/crypto-officer-N\.pNs$/, 0],
  ['half through the line by which it takes effect', /^half write pack\/events\.jsonl observation$/, -1],
  ['when it has taken effect, before its step ends', /^after write pack\/chain\.jsonl observation$/, -1],
  ['before the PIN of the user is changed', setPin(1, 'before')],
  ['when the PIN of the user was changed', setPin(1, 'after')],
  ['before the PIN of the security officer is changed', setPin(2, 'before')],
];

/** By default at those where guard and record know different things of who is who; QUORATE_KILLS=all kills at all of these. */
const SAMPLED = /has signed|has taken effect|of the user was/;
const CHOSEN = process.env['QUORATE_KILLS'] === 'all' ? POINTS : POINTS.filter(([name]) => SAMPLED.test(name));

describe('a change of the roster and of the shares, killed and resumed', { concurrency: false }, () => {
  let table: Table;
  let points: readonly KillPoint[] = [];
  before(async () => {
    table = await layTable(() => changingScript('leaves'), STANDS, changingCast('leaves'));
    const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(whole.code, 0, whole.stderr);
    points = pointsOf(whole.told, table.proxies);
    await assertVerifies(table, 'complete', 'not killed');
  });
  after(() => table?.remove());

  for (const [index, [name, at, nth]] of CHOSEN.entries()) {
    test(name, async () => {
      const point = at instanceof RegExp ? pointLike(points, at, nth) : at;
      assert.ok(point, [...new Set(points.map(({ group }) => group))].join('\n'));
      table.clear();
      const killed = await holdUntil(table, point, index % 2 === 0 ? 'core' : 'power');
      assert.equal(killed.code, 137, killed.stderr);
      await assertVerifies(table, 'interrupted', name);
      const left = filesIn(table.set.out);
      const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
      assert.equal(wentOn.code, 0, wentOn.stderr);
      assertNothingLost(left, filesIn(table.set.out), name);
      assertNothingIncoming(table, name);
      await assertVerifies(table, 'complete', name);
      const changes = eventsIn(table.set.out).filter(
        (event) => event.type === 'observation' && event.subject === 'roster',
      );
      assert.equal(changes.length, 1, 'it takes effect once');
      const ledger = readLedger(readFileSync(join(table.set.out, 'ledger.json')));
      assert.deepEqual(
        ledger.shareSets.map(({ kind, state }) => `${kind} ${state}`),
        ['user void', 'so void', 'user current', 'so current'],
      );
      for (const { shares } of ledger.shareSets.slice(2)) {
        const seats = shares.map(({ seat }) => seat);
        assert.deepEqual([seats.includes(LEAVER), seats.includes(NEWCOMER)], [false, true]);
      }
      assert.deepEqual(
        ledger.former?.map(({ seat }) => seat),
        [LEAVER],
      );
      // Whoever has either roster's digest on paper can tell.
      for (const roster of ['roster/roster.json', 'roster/next/roster.json'])
        execFileSync('sh', ['verify.sh', sha256(readFileSync(join(table.set.out, roster)))], { cwd: table.set.out });
    });
  }
});
