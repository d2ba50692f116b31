import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { isLeft } from '../../src/ledger/former.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { rosterDifference } from '../../src/quorum/roster-change.ts';
import { changingCast, changingScript, RENEWED, STANDS } from './changing.ts';
import { hold } from './conducted.ts';
import { layTable, type Table } from './kill-points.ts';
import { assertVerifies, eventsIn } from './went-on.ts';

describe('an officer whose card is lost stays, with another one', { concurrency: false }, () => {
  let table: Table;
  before(async () => {
    table = await layTable(() => changingScript('renews'), STANDS, changingCast('renews'));
    const held = await hold(table.set, { guardEndsByItself: true });
    assert.equal(held.code, 0, held.stderr);
  });
  after(() => table?.remove());

  const read = (path: string) => readFileSync(join(table.set.out, path));
  const rosters = () => [readRoster(read('roster/roster.json')), readRoster(read('roster/next/roster.json'))] as const;

  /** What the shell script says. */
  const shell = (roster: string): string => {
    const { stdout } = spawnSync('sh', ['verify.sh', roster], { cwd: table.set.out, encoding: 'utf8' });
    return stdout.trimEnd();
  };

  test('verifies, and by the shell script with either roster from paper', async () => {
    await assertVerifies(table, 'complete', 'renewed');
    for (const roster of rosters()) assert.doesNotMatch(shell(roster.digest), /^FAULT.*/m);
  });

  test('has the same people in the same places, and one token of them is another', () => {
    const [old, next] = rosters();
    assert.deepEqual(rosterDifference(old, next), { leaves: [], joins: [], renews: [RENEWED] });
    const [was, is] = [memberOf(old, RENEWED)?.tokens[0], memberOf(next, RENEWED)?.tokens[0]];
    assert.ok(was && is);
    assert.notEqual(was.serial, is.serial);
  });

  test('is approved by the others, and they alone open the old shares; the new one is opened first', () => {
    const events = eventsIn(table.set.out);
    const changed = events.find((event) => event.type === 'observation' && event.subject === 'roster');
    assert.ok(changed?.type === 'observation');
    const [old] = rosters();
    const superseded = memberOf(old, RENEWED)?.tokens.map(({ encryptionSpki }) => encryptionSpki);
    assert.deepEqual(changed.facts['approvedBy'], ['crypto-officer-1', 'crypto-officer-2', 'crypto-officer-3']);
    assert.deepEqual(changed.facts['renews'], { [RENEWED]: superseded });
    const ledger = readLedger(read('ledger.json'));
    assert.equal(ledger.former, undefined);
    assert.deepEqual(
      ledger.renewed?.map(({ seat, superseded: keys, roster }) => [seat, keys, roster]),
      [[RENEWED, superseded, old.digest]],
    );
    assert.deepEqual(
      ledger.shareSets.map(({ kind, state }) => `${kind} ${state}`),
      ['user void', 'so void', 'user current', 'so current'],
    );
    assert.deepEqual(
      ledger.shareSets.map(({ shares }) => shares.filter((share) => isLeft(share, ledger)).map(({ seat }) => seat)),
      [[RENEWED], [RENEWED], [], []],
    );
    for (const { unproven } of ledger.shareSets.slice(2)) assert.ok(!unproven.includes(RENEWED));
  });

  test('an approval by the old token is none, by either verifier', async () => {
    const { out } = table.set;
    execFileSync('cp', ['roster/change/crypto-officer-1.p7s', `roster/change/${RENEWED}.p7s`], { cwd: out });
    assert.match(
      shell(sha256(read('roster/roster.json'))),
      new RegExp(`roster/change/${RENEWED}\\.p7s: ${RENEWED} is enrolled anew, and does not approve that`),
    );
    await assert.rejects(
      assertVerifies(table, 'complete', 'renewed'),
      new RegExp(
        `ROSTER-APPROVED roster/change/${RENEWED}\\.p7s: "${RENEWED}" is enrolled anew, and does not approve that`,
      ),
    );
  });
});
