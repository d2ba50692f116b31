import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import type { LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Event } from '../../src/transcript/event.ts';
import { type BackupAndEnd, layBackupAndEnd, type Sweep } from './backup-and-end.ts';
import { hold } from './conducted.ts';
import { drawing, SEED, spread } from './drawn.ts';
import { atLine } from './going-on.ts';
import { type Blow, holdUntil, type KillPoint } from './kill-points.ts';
import { intentsOf, resultsOf } from './operations.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

/**
 * By default at those that are named below, and at one each drawn at random; QUORATE_KILLS=all kills at every change to the disk and
 * at every call to a PKCS#11 module, QUORATE_KILLS=N at N of them, and QUORATE_SEED=S draws the random ones again.
 */
const WISH = process.env['QUORATE_KILLS'] ?? '';
const LASTS = WISH === '' ? {} : { timeout: Number.POSITIVE_INFINITY };
const AT_RANDOM = 1;

type Name = 'backup' | 'end';

function atCall(of: string, nth: number, phase: 'before' | 'after'): KillPoint {
  return { at: 'call', module: 'hsm', of, nth, phase, name: `${phase} ${of} ${nth}`, group: `${phase} ${of}` };
}

/** What is done on the HSM, and what is said of copies: where what is lost, or left, would be the most. */
const NAMED: Readonly<Record<Name, readonly (readonly [name: string, at: KillPoint | RegExp, blow: Blow])[]>> = {
  backup: [['the key was wrapped, and nobody has it', atCall('C_WrapKey', 1, 'after'), 'power']],
  end: [
    ['the last of the key is gone, and no line says what it is now', atLine('key-state', 1, 'before'), 'core'],
    ['its private half is gone', atCall('C_DestroyObject', 1, 'after'), 'power'],
    ['both halves are gone, and nobody knows', atCall('C_DestroyObject', 2, 'after'), 'core'],
    ['the HSM was erased, and nobody knows', atCall('C_InitToken', 1, 'after'), 'power'],
    ['a medium was shredded, and half a line says so', /^half write pack\/events\.jsonl observation$/, 'core'],
    ['the record lies there, and nothing says so', /^after rename pack\/destruction$/, 'power'],
  ],
};

describe('a backup and a destruction that are killed go on', { concurrency: false }, () => {
  let laid: BackupAndEnd;
  let account: DestructionRecord;
  before(async () => {
    laid = await layBackupAndEnd(async (name, sweep) => {
      if (name === 'end') account = recordIn(sweep);
      await WHOLE[name](sweep, `${name}, not killed`);
    });
  });
  after(() => laid?.remove());

  const WHOLE: Readonly<Record<Name, (sweep: Sweep, where: string) => Promise<void>>> = {
    backup: assertBackedUp,
    end: assertEnded,
  };

  async function assertBackedUp(sweep: Sweep, where: string): Promise<void> {
    const { table, before: ledgerBefore } = sweep;
    await assertPack(sweep, where);
    const events = eventsIn(table.set.out);
    assert.equal(resultsOf('wrap-key', events).length, 1, `${where}: wrapped once by the record`);
    assert.ok(
      table.hsm.count('C_WrapKey') <= intentsOf('wrap-key', events),
      `${where}: wrapped more often than approved`,
    );
    assert.equal(objectsOn(sweep).length, 2, `${where}: the two halves of the key are on the HSM, and no wrapping key`);

    const ledger = readLedger(readFileSync(join(table.set.out, 'ledger.json')));
    const [backup, ...more] = ledger.backups ?? [];
    assert.ok(backup && more.length === 0, `${where}: ${ledger.backups?.length ?? 0} backups in the ledger`);
    assert.deepEqual([backup.state, backup.media], ['kept', ['backups 1', 'backups 2']], where);
    const [set, ...others]: readonly LedgerShareSet[] = ledger.shareSets.filter(({ kind }) => kind === 'kek');
    assert.ok(set && others.length === 0, `${where}: ${others.length} sets too many`);
    assert.deepEqual([set.id, set.state, set.unproven], [backup.set, 'current', []], where);
    assert.deepEqual(
      ledger.shareSets.filter(({ kind }) => kind !== 'kek'),
      ledgerBefore.shareSets,
      where,
    );
    for (const copy of [1, 2]) {
      assert.deepEqual(onMedium(sweep, `backups.${copy}`), [backup.file], `${where}: what lies on the medium`);
      assert.equal(sha256(readFileSync(join(mediumOf(sweep, `backups.${copy}`), backup.file))), backup.sha256, where);
      const envelopes: readonly string[] = set.envelopes[`kek-envelopes ${copy}`] ?? [];
      assert.equal(envelopes.length, 3, where);
      // Envelopes of a set that was made anew may stay beside them: nothing was ever wrapped under the one before.
      const unused = ledger.unused?.flatMap((one) => one.envelopes[`kek-envelopes ${copy}`] ?? []) ?? [];
      const lie: readonly string[] = onMedium(sweep, `kek-envelopes.${copy}`);
      assert.deepEqual(lie, [...envelopes, ...unused].sort(), `${where}: envelopes`);
    }
    for (const unit of ['hsm', 'kek-envelopes.1', 'kek-envelopes.2', 'backups.1', 'backups.2'])
      assert.equal(ledger.custody.find((one) => one.unit === unit)?.state, 'sealed', `${where}: ${unit}`);
  }

  async function assertEnded(sweep: Sweep, where: string): Promise<void> {
    const { table, before: ledgerBefore } = sweep;
    await assertPack(sweep, where);
    const events = eventsIn(table.set.out);
    for (const operation of ['destroy-key', 'zeroize-token'])
      assert.equal(resultsOf(operation, events).length, 1, `${where}: ${operation} was done once by the record`);
    assert.ok(table.hsm.count('C_InitToken') <= intentsOf('zeroize-token', events), `${where}: erased unapproved`);
    assert.deepEqual(objectsOn(sweep), [], `${where}: nothing is left on the HSM`);

    const ledger = readLedger(readFileSync(join(table.set.out, 'ledger.json')));
    assert.deepEqual(
      ledger.keys.map(({ state, destroyed }) => [state, destroyed?.step]),
      [['destroyed', 'root-key-destroyed']],
      where,
    );
    assert.deepEqual(
      ledger.shareSets.map(({ id, kind, state }) => [id, kind, state]),
      ledgerBefore.shareSets.map(({ id, kind }) => [id, kind, 'void']),
      where,
    );
    assert.deepEqual(
      ledger.backups?.map(({ file, state }) => [file, state]),
      ledgerBefore.backups?.map(({ file }) => [file, 'destroyed']),
      where,
    );
    for (const name of ['envelopes', 'kek-envelopes', 'backups'])
      for (const copy of [1, 2])
        assert.equal(ledger.custody.find(({ unit }) => unit === `${name}.${copy}`)?.state, 'destroyed', where);
    // Of whatever run, it accounts for the same copies in the same words: the times alone are others.
    assert.equal(account.complete, true);
    assert.deepEqual(timeless(recordIn(sweep)), timeless(isStated(events) ? interrupted(account) : account), where);
  }

  async function assertPack({ table }: Sweep, where: string): Promise<void> {
    await assertVerifies(table, 'complete', where);
    execFileSync('sh', ['verify.sh', String(table.set.stage.start['expectedRoster'])], { cwd: table.set.out });
  }

  /** @returns whether there was anything to go on with */
  async function goesOn(name: Name, point: KillPoint, blow: Blow): Promise<boolean> {
    const sweep = laid[name];
    const { table } = sweep;
    const where = `${name}: ${blow} killed ${point.name}`;
    table.clear();
    const killed = await holdUntil(table, point, blow);
    // Of calls some more or fewer are made from run to run, at the very end.
    if (killed.code === 0) {
      await WHOLE[name](sweep, `${where}: not reached`);
      return false;
    }
    assert.equal(killed.code, 137, `${where}: ${killed.stderr}`);
    const left = filesIn(table.set.out);
    // Where nothing is committed yet, a ceremony is begun anew: that is shown where the root is made.
    if (!Buffer.from(left.get('chain.jsonl') ?? []).includes(0x0a)) return false;
    if (eventsIn(table.set.out).at(-1)?.type !== 'close') await assertVerifies(table, 'interrupted', where);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, `${where}: ${wentOn.stderr}`);
    assertNothingLost(left, filesIn(table.set.out), where);
    assertNothingIncoming(table, where);
    await WHOLE[name](sweep, where);
    return true;
  }

  for (const kind of ['backup', 'end'] as const) {
    for (const [name, at, blow] of NAMED[kind])
      test(`${kind}: ${name}`, async () => {
        const { points } = laid[kind];
        // The first of them, once the key itself is gone.
        const gone = points.findIndex(({ group }) => group === 'after write pack/chain.jsonl result');
        const point = at instanceof RegExp ? points.slice(gone).find(({ group }) => at.test(group)) : at;
        assert.ok(point, [...new Set(points.map(({ group }) => group))].join('\n'));
        assert.ok(await goesOn(kind, point, blow), `${point.name} was not reached`);
      });

    test(`${kind}: at changes to the disk and PKCS#11 calls`, LASTS, async (t) => {
      const { points } = laid[kind];
      const chosen = chosenOf(points, kind);
      t.diagnostic(`seed ${SEED} (QUORATE_SEED draws the same points again)`);
      const failed: string[] = [];
      let wentOn = 0;
      for (const [index, point] of chosen.entries())
        await goesOn(kind, point, index % 2 === 0 ? 'core' : 'power').then(
          (did) => {
            wentOn += did ? 1 : 0;
          },
          (error) => failed.push(String(error)),
        );
      t.diagnostic(`killed at ${chosen.length} of ${points.length} points, and went on from ${wentOn}`);
      assert.deepEqual(failed, []);
      assert.ok(wentOn > 0, 'there was nowhere anything to go on with');
    });
  }

  function mediumOf({ table }: Sweep, medium: string): string {
    return join(table.set.folder, 'media', medium);
  }

  function onMedium(sweep: Sweep, medium: string): string[] {
    return readdirSync(mediumOf(sweep, medium)).sort();
  }
});

function chosenOf(points: readonly KillPoint[], kind: Name): readonly KillPoint[] {
  if (WISH === 'all') return points;
  // The first ones write what is there before anything is done, and the last ones seal as every ceremony does.
  const draw = drawing(SEED + (kind === 'end' ? 1 : 0));
  const drawn = () => points[Math.floor((0.05 + 0.9 * draw()) * points.length)] as KillPoint;
  if (WISH === '') return Array.from({ length: AT_RANDOM }, drawn);
  const half = Math.ceil(Number(WISH) / 2);
  return [...spread(points, half), ...Array.from({ length: Number(WISH) - half }, drawn)];
}

/** Of the one token that is there: what is on it. */
function objectsOn({ tokens }: Sweep): string[] {
  assert.equal(readdirSync(tokens).length, 1, 'the HSM has one token');
  return readdirSync(tokens, { recursive: true })
    .map(String)
    .filter((path) => /(?<!token)\.object$/.test(path));
}

function recordIn({ table }: Sweep): DestructionRecord {
  return JSON.parse(readFileSync(join(table.set.out, 'destruction', 'accounted.json'), 'utf8')) as DestructionRecord;
}

/** Whether the private half was gone when the destruction was finished: then it signed for nobody who could show it. */
function isStated(events: readonly Event[]): boolean {
  return resultsOf('destroy-key', events).some(
    ({ facts }) => !JSON.stringify(facts['destroyed']).includes('private-key'),
  );
}

/** The same account, complete, but of the HSM it says that it was interrupted, and what showed that the key is gone. */
function interrupted({ copies, ...record }: DestructionRecord): DestructionRecord {
  return {
    ...record,
    copies: copies.map((copy) =>
      copy.what === 'hsm'
        ? { ...copy, how: 'interrupted; absent at the inventory of that step, as the computer states' }
        : copy,
    ),
  };
}

function timeless({ copies, ...record }: DestructionRecord) {
  return { ...record, ceremony: '', copies: copies.map(({ at, ...copy }) => ({ ...copy, dated: at !== null })) };
}
