import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { BACKUP_MEDIA, withBackup } from './backed-up.ts';
import { hold } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, layTable, type Table, telling, writesIn } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

/** By default it is killed where what is lost, or left, would be the most; QUORATE_KILLS=all kills at all of these. */
const SAMPLED = /nobody has it$|does not know it$|nothing was proposed$/;
const isChosen = (name: string) => process.env['QUORATE_KILLS'] === 'all' || SAMPLED.test(name);

function atCall(of: string, nth: number, phase: 'before' | 'after'): KillPoint {
  const name = `${phase} ${of} ${nth}`;
  return { at: 'call', module: 'hsm', of, nth, phase, name, group: phase };
}

describe('a backup that is interrupted goes on without a lost or an extra copy', { concurrency: false }, () => {
  let table: Table;
  let writes: readonly KillPoint[] = [];
  before(async () => {
    table = await layTable(withBackup, undefined, { media: BACKUP_MEDIA });
    const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(whole.code, 0, whole.stderr);
    writes = writesIn(whole.told);
    await assertWhole('not killed');
  });
  after(() => table?.remove());

  const wrappedOn = (copy: number): string[] =>
    readdirSync(join(table.set.folder, 'media', `backups.${copy}`)).filter((file) => file.endsWith('.kwp'));

  async function assertWhole(where: string): Promise<void> {
    const { out, folder, stage } = table.set;
    await assertVerifies(table, 'complete', where);
    execFileSync('sh', ['verify.sh', String(stage.start['expectedRoster'])], { cwd: out });
    const ledger = readLedger(readFileSync(join(out, 'ledger.json')));
    const [backup, ...more] = ledger.backups ?? [];
    assert.ok(backup && more.length === 0, `${where}: ${ledger.backups?.length ?? 0} backups in the ledger`);
    assert.deepEqual([backup.state, backup.media], ['kept', ['backups 1', 'backups 2']], where);
    for (const copy of [1, 2]) {
      assert.deepEqual(wrappedOn(copy), [backup.file], `${where}: what lies on the medium, and nothing else`);
      const bytes: Uint8Array = readFileSync(join(folder, 'media', `backups.${copy}`, backup.file));
      assert.equal(sha256(bytes), backup.sha256, where);
    }
    const sets = ledger.shareSets.filter(({ kind }) => kind === 'kek');
    assert.deepEqual(
      sets.map(({ id, state, unproven }) => [id, state, unproven]),
      [[backup.set, 'current', []]],
      where,
    );
    const done = eventsIn(out).filter((event) => event.type === 'result' && 'proof' in event.facts);
    assert.equal(done.length, 1, `${where}: wrapped once by the record`);
    const tokens = join(folder, 'hsm-root-hsm', 'tokens');
    const objects = readdirSync(tokens, { recursive: true }).filter((path) => /(?<!token)\.object$/.test(String(path)));
    assert.equal(objects.length, 2, `${where}: the two halves of the key are on the HSM, and no wrapping key`);
  }

  async function goesOn(point: KillPoint, blow: Blow): Promise<void> {
    table.clear();
    const killed = await holdUntil(table, point, blow);
    assert.equal(killed.code, 137, killed.stderr);
    const left = filesIn(table.set.out);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    assertNothingLost(left, filesIn(table.set.out), point.name);
    assertNothingIncoming(table, point.name);
    await assertWhole(point.name);
  }

  const CALLS: readonly (readonly [name: string, point: KillPoint, blow: Blow])[] = [
    ['the wrapping key is on the HSM, and nothing is wrapped', atCall('C_CreateObject', 1, 'after'), 'power'],
    ['the key was wrapped, and nobody has it', atCall('C_WrapKey', 1, 'after'), 'power'],
    ['the wrapping key was not destroyed yet', atCall('C_DestroyObject', 2, 'before'), 'power'],
    ['the core alone goes while the key is wrapped', atCall('C_WrapKey', 1, 'before'), 'core'],
  ];
  for (const [name, point, blow] of CALLS) if (isChosen(name)) test(name, () => goesOn(point, blow));

  const WRITES: readonly (readonly [name: string, matches: RegExp, which?: 'last'])[] = [
    [
      'some envelopes are sealed, and nothing was proposed',
      /^after \S+ media\/kek-envelopes.N\/N-crypto-officer-N-vN\.pNm$/,
    ],
    ['the wrapped key is on one medium, and the record does not know it', /^after \S+ media\/backups.N\/N-root\.kwp$/],
    ['the wrapped key is on both media, and the record knows one', /^after \S+ media\/backups.N\/N-root\.kwp$/, 'last'],
  ];
  for (const [name, matches, which] of WRITES)
    if (isChosen(name))
      test(name, async () => {
        const those = writes.filter(({ group }) => matches.test(group));
        const point = which === 'last' ? those.at(-1) : those[0];
        assert.ok(point, [...new Set(writes.map(({ group }) => group))].join('\n'));
        await goesOn(point, 'core');
      });

  for (const phase of process.env['QUORATE_KILLS'] === 'all' ? (['half', 'after'] as const) : (['half'] as const))
    test(`the result of the backup is ${phase === 'half' ? 'half' : 'wholly'} written`, async () => {
      const kept = writes.findIndex(({ group }) => /^after \S+ media\/backups.N\/N-root\.kwp$/.test(group));
      const point = writes.find(
        ({ group }, index) => index > kept && group === `${phase} write pack/events.jsonl result`,
      );
      assert.ok(point);
      await goesOn(point, 'core');
    });
});
