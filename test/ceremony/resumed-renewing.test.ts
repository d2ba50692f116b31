import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { rosterChangedIn, sharesLeft } from '../../src/ledger/former.ts';
import type { LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { changingCast, changingScript, pointLike, RENEWED, STANDS } from './changing.ts';
import { hold } from './conducted.ts';
import { spread } from './drawn.ts';
import { type Blow, holdUntil, type KillPoint, layTable, pointsOf, type Table, telling } from './kill-points.ts';
import { intentsOf } from './operations.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

/*
 * An officer whose card is lost stays with another one: the share set of the user is replaced, and that of the security officer
 * stays due, since the lost card opens a share of it.
 */

const setPin = (phase: 'before' | 'after'): KillPoint => ({
  ...{ at: 'call', module: 'hsm', of: 'C_SetPIN', nth: 1, phase, name: `${phase} C_SetPIN`, group: phase },
});

/** Where it is killed, and which of those that match: from the end where that is negative. */
const NAMED: readonly (readonly [name: string, blow: Blow, at: RegExp | KillPoint, nth?: number])[] = [
  ['once they are enrolled anew', 'power', /^after write pack\/chain\.jsonl statement$/, 4],
  ['when the next roster is written and not recorded', 'core', /^after rename pack\/roster\/next$/],
  ['when one of the others has approved', 'power', /^after link pack\/roster\/change\/crypto-officer-N\.pNs$/],
  ['half through the line by which it takes effect', 'core', /^half write pack\/events\.jsonl observation$/, -1],
  ['when it has taken effect, before its step ends', 'power', /^after write pack\/chain\.jsonl observation$/, -1],
  ['when their new envelope lies on one medium', 'core', /^after link media\/envelopes\.N\/.*\.pNm$/, 3],
  ['before the PIN of the user is changed', 'power', setPin('before')],
  ['when the PIN of the user was changed', 'power', setPin('after')],
];

/** By default where guard and record know different things of whose token counts; QUORATE_KILLS=all kills at all of these, and everywhere. */
const WISH = process.env['QUORATE_KILLS'] ?? '';
const SAMPLED = /has approved|has taken effect|lies on one|was changed/;
const CHOSEN = WISH === 'all' ? NAMED : NAMED.filter(([name]) => SAMPLED.test(name));
const LASTS = WISH === '' ? {} : { timeout: Number.POSITIVE_INFINITY };

describe('a renewal of a token, killed and resumed', { concurrency: false }, () => {
  let table: Table;
  let points: readonly KillPoint[] = [];
  before(async () => {
    table = await layTable(() => changingScript('renews', ['user']), STANDS, changingCast('renews'));
    const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(whole.code, 0, whole.stderr);
    points = pointsOf(whole.told, table.proxies);
    await assertRenewed('not killed');
  });
  after(() => table?.remove());

  const read = (path: string) => readFileSync(join(table.set.out, path));

  /** One token takes the place of another once, everybody has one share of the new set, and what the old token opens is due. */
  async function assertRenewed(where: string): Promise<void> {
    await assertVerifies(table, 'complete', where);
    const [old, next] = [readRoster(read('roster/roster.json')), readRoster(read('roster/next/roster.json'))];
    for (const { digest } of [old, next]) execFileSync('sh', ['verify.sh', digest], { cwd: table.set.out });
    const [was, is] = [memberOf(old, RENEWED)?.tokens ?? [], memberOf(next, RENEWED)?.tokens ?? []];
    const opened = (tokens: typeof was) => tokens.map(({ encryptionSpki }) => encryptionSpki);
    const events = eventsIn(table.set.out);
    const changes = events.filter((event) => event.type === 'observation' && rosterChangedIn([event]) !== undefined);
    assert.equal(changes.length, 1, `${where}: it takes effect once`);
    assert.ok(
      table.hsm.count('C_SetPIN') <= intentsOf('rotate-activation', events),
      `${where}: a PIN was changed more often than was approved`,
    );

    const ledger = readLedger(read('ledger.json'));
    assert.equal(ledger.former, undefined, where);
    assert.deepEqual(
      ledger.renewed?.map(({ seat, superseded, roster }) => [seat, superseded, roster]),
      [[RENEWED, opened(was), old.digest]],
      where,
    );
    assert.deepEqual(
      ledger.shareSets.map(({ kind, state }) => `${kind} ${state}`),
      ['user void', 'so current', 'user current'],
      where,
    );
    const [, officers, user] = ledger.shareSets as [LedgerShareSet, LedgerShareSet, LedgerShareSet];
    assert.deepEqual(
      sharesLeft(ledger.shareSets, ledger).map(({ set, seats }) => [set.id, seats]),
      [[officers.id, [RENEWED]]],
      `${where}: what the lost card still opens is due, and nothing else`,
    );
    assert.deepEqual(
      user.shares.map(({ seat }) => seat).toSorted(),
      [1, 2, 3, 4].map((number) => `crypto-officer-${number}`),
      `${where}: one share for each`,
    );
    for (const { seat, recipients } of user.shares)
      assert.deepEqual(recipients, opened(seat === RENEWED ? is : (memberOf(old, seat)?.tokens ?? [])), where);
    assert.ok(!user.unproven.includes(RENEWED), `${where}: they have opened it with the new token`);
    for (const copy of [1, 2]) {
      const lie = readdirSync(join(table.set.folder, 'media', `envelopes.${copy}`)).filter((file) =>
        file.startsWith(user.id),
      );
      assert.deepEqual(lie.toSorted(), user.envelopes[`envelopes ${copy}`], `${where}: envelopes on medium ${copy}`);
    }
  }

  /** @returns whether there was anything to go on with */
  async function goesOn(point: KillPoint, blow: Blow): Promise<boolean> {
    const where = `${blow} killed ${point.name}`;
    table.clear();
    const killed = await holdUntil(table, point, blow);
    // Of calls some more or fewer are made from run to run, at the very end.
    if (killed.code === 0) {
      await assertRenewed(`${where}: not reached`);
      return false;
    }
    assert.equal(killed.code, 137, `${where}: ${killed.stderr}`);
    const left = filesIn(table.set.out);
    // Where nothing is committed yet, a ceremony is begun anew.
    if (!Buffer.from(left.get('chain.jsonl') ?? []).includes(0x0a)) return false;
    if (eventsIn(table.set.out).at(-1)?.type !== 'close') await assertVerifies(table, 'interrupted', where);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, `${where}: ${wentOn.stderr}`);
    assertNothingLost(left, filesIn(table.set.out), where);
    assertNothingIncoming(table, where);
    await assertRenewed(where);
    return true;
  }

  for (const [name, blow, at, nth] of CHOSEN)
    test(name, LASTS, async () => {
      const point = at instanceof RegExp ? pointLike(points, at, nth) : at;
      assert.ok(point, [...new Set(points.map(({ group }) => group))].join('\n'));
      assert.ok(await goesOn(point, blow), `${point.name} was not reached`);
    });

  if (WISH !== '')
    test('at changes to the disk and PKCS#11 calls', LASTS, async (t) => {
      const chosen = WISH === 'all' ? points : spread(points, Number(WISH));
      const failed: string[] = [];
      for (const [index, point] of chosen.entries())
        await goesOn(point, index % 2 === 0 ? 'core' : 'power').catch((error) => failed.push(String(error)));
      t.diagnostic(`killed at ${chosen.length} of ${points.length} points`);
      assert.deepEqual(failed, []);
    });
});
