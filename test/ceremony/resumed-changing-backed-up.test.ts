import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { LEAVER, NEWCOMER } from './changing.ts';
import { hold } from './conducted.ts';
import { spread } from './drawn.ts';
import { assertShell, atEvent, killAndGoOn, layAfter } from './going-on.ts';
import { type Blow, holdUntil, type KillPoint, pointsOf, type Table, telling } from './kill-points.ts';
import { intentsOf, resultsOf } from './operations.ts';
import { assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

/*
 * An officer leaves, and the key has a wrapped copy: between the new copy and the shredding of the old one there are both, and
 * whatever is killed there, each is accounted for.
 *
 * QUORATE_KILLS=N kills at N more points, at changes to the disk and PKCS#11 calls, and `all` at all of them.
 */
const WISH = process.env['QUORATE_KILLS'] ?? '';
const LASTS = WISH === '' ? {} : { timeout: Number.POSITIVE_INFINITY };

/** One that ships, of five officers and a quorum of three: here they are four, and two. */
function shipped(name: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  const text = readFileSync(join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`), 'utf8');
  return changes.reduce(
    (changed, [from, to]) => {
      assert.ok(changed.includes(from), `"${from}" is not in ${name}`);
      return changed.replaceAll(from, to);
    },
    text
      .replace(/\{ of: 5, present: ([45]),/, (_, present) => `{ of: 4, present: ${present - 1},`)
      .replace(/^quorums: .*$/m, (line) => line.replaceAll(': 3', ': 2')),
  );
}

const SCRIPTS = [
  shipped('root-generation-vault', ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }']),
  shipped('backup-split'),
  shipped('officer-change-with-backup'),
];

const call = (of: string, nth: number, phase: 'before' | 'after'): KillPoint => ({
  ...{ at: 'call', module: 'hsm', of, nth, phase, name: `${phase} ${of} ${nth}`, group: `${phase} ${of}` },
});

const isStep = (step: string, phase?: 'begin' | 'end') => (event: Event) =>
  'step' in event && event.step === step && (phase === undefined || ('phase' in event && event.phase === phase));

const NAMED: readonly (readonly [name: string, blow: Blow, at: (events: readonly Event[]) => KillPoint])[] = [
  ['when the key was wrapped again, and nobody has it', 'power', () => call('C_WrapKey', 1, 'after')],
  [
    'when there are two copies, before the step of the new one ends',
    'core',
    (events) => atEvent(events, 'step', 'before', isStep('backup', 'end')),
  ],
  [
    'when there are two copies, before the old one is shredded',
    'power',
    (events) => atEvent(events, 'step', 'after', isStep('backups-shredded', 'begin')),
  ],
  [
    'when one medium of the old one is shredded, and half a line says so',
    'core',
    (events) => atEvent(events, 'answer', 'half', isStep('backups-shredded')),
  ],
  [
    'when the old one is shredded, and what opened it is not',
    'power',
    (events) => atEvent(events, 'step', 'after', isStep('backups-shredded', 'end')),
  ],
];

/** By default where one of both goes, and where it ends with both; these ceremonies are long. */
const SAMPLED = /half a line/;

describe('an officer changes with the wrapped copy, killed and resumed', { concurrency: false }, () => {
  let table: Table;
  let points: readonly KillPoint[] = [];
  let events: readonly Event[] = [];
  before(async () => {
    table = await layAfter(SCRIPTS);
    const held = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(held.code, 0, held.stderr);
    points = pointsOf(held.told, table.proxies);
    events = eventsIn(table.set.out);
    await assertChanged('not killed');
  });
  after(() => table?.remove());

  const ledgerAt = (...path: string[]): Ledger => readLedger(readFileSync(join(table.set.out, ...path)));
  const onMedium = (medium: string) => readdirSync(join(table.set.folder, 'media', medium)).sort();

  /** The new copy is wrapped once by the record and lies where it is said to, the old one is gone, and nothing else is of either. */
  async function assertChanged(where: string): Promise<void> {
    await assertVerifies(table, 'complete', where);
    const digests = ['roster/roster.json', 'roster/next/roster.json'].map((path) =>
      sha256(readFileSync(join(table.set.out, path))),
    );
    assertShell(table, where, ...digests);
    const record = eventsIn(table.set.out);
    assert.equal(resultsOf('wrap-key', record).length, 1, `${where}: wrapped once by the record`);
    assert.ok(
      table.hsm.count('C_WrapKey') <= intentsOf('wrap-key', record),
      `${where}: wrapped more often than approved`,
    );
    const [old, ...others] = ledgerAt('previous', 'ledger.json').backups ?? [];
    assert.ok(old && others.length === 0, where);
    const { backups = [], shareSets, custody } = ledgerAt('ledger.json');
    const [was, is, ...more] = backups;
    assert.ok(was && is && more.length === 0, `${where}: ${backups.length} backups in the ledger`);
    assert.deepEqual([was.file, was.state], [old.file, 'destroyed'], where);
    assert.deepEqual([is.state, is.media], ['kept', ['backups-2 1', 'backups-2 2']], where);
    const keks = shareSets.filter(({ kind }) => kind === 'kek');
    assert.deepEqual(
      keks.map(({ id, state, unproven }) => [id, state, state === 'void' ? [] : unproven]),
      [
        [was.set, 'void', []],
        [is.set, 'current', []],
      ],
      where,
    );
    for (const { shares } of shareSets.filter(({ state }) => state !== 'void')) {
      const seats = shares.map(({ seat }) => seat);
      assert.deepEqual([seats.includes(LEAVER), seats.includes(NEWCOMER)], [false, true], where);
    }
    const { envelopes } = keks[1] as LedgerShareSet;
    for (const copy of [1, 2]) {
      assert.deepEqual(onMedium(`backups-2.${copy}`), [is.file], `${where}: what lies on the medium`);
      const wrapped: Uint8Array = readFileSync(join(table.set.folder, 'media', `backups-2.${copy}`, is.file));
      assert.equal(sha256(wrapped), is.sha256, where);
      const unused = ledgerAt('ledger.json').unused?.flatMap((one) => one.envelopes[`kek-2 ${copy}`] ?? []) ?? [];
      assert.deepEqual(onMedium(`kek-2.${copy}`), [...(envelopes[`kek-2 ${copy}`] ?? []), ...unused].sort(), where);
      for (const name of ['backups', 'kek-envelopes', 'envelopes'])
        assert.equal(custody.find(({ unit }) => unit === `${name}.${copy}`)?.state, 'destroyed', `${where}: ${name}`);
      for (const name of ['backups-2', 'kek-2', 'envelopes-2'])
        assert.equal(custody.find(({ unit }) => unit === `${name}.${copy}`)?.state, 'sealed', `${where}: ${name}`);
    }
  }

  for (const [name, blow, at] of NAMED.filter(([name]) => WISH !== '' || SAMPLED.test(name)))
    test(name, LASTS, async () => {
      assert.ok(await killAndGoOn(table, [at(events)], blow, assertChanged), 'not reached');
    });

  test('when there are two copies, and ends there: both are listed, and put away', async () => {
    table.clear();
    const point = atEvent(events, 'step', 'after', isStep('backups-shredded', 'begin'));
    const killed = await holdUntil(table, point, 'power');
    assert.equal(killed.code, 137, killed.stderr);
    const left = filesIn(table.set.out);
    // The clock on the wall is another one now: it does not go on.
    const answer = ({ kind }: JsonObject, honest: string) =>
      kind === 'utc' ? `${new Date(Date.parse(honest) - 3_600_000).toISOString().slice(0, 19)}Z` : honest;
    const ended = await hold(table.set, { resume: true, guardEndsByItself: true, answer });
    assert.equal(ended.code, 2, ended.stderr);
    assertNothingLost(left, filesIn(table.set.out), 'aborted');
    await assertVerifies(table, 'aborted', 'aborted');
    const { backups = [], shareSets, custody } = ledgerAt('ledger.json');
    const keks = shareSets.filter(({ kind }) => kind === 'kek');
    assert.deepEqual(
      backups.map(({ set, state, media }) => [set, state, media]),
      [
        [keks[0]?.id, 'kept', ['backups 1', 'backups 2']],
        [keks[1]?.id, 'kept', ['backups-2 1', 'backups-2 2']],
      ],
    );
    assert.deepEqual(
      keks.map(({ state }) => state),
      ['current', 'current'],
    );
    for (const copy of [1, 2]) assert.deepEqual(onMedium(`backups-2.${copy}`), [backups[1]?.file]);
    for (const name of ['backups', 'kek-envelopes', 'backups-2', 'kek-2'])
      for (const copy of [1, 2])
        assert.equal(custody.find(({ unit }) => unit === `${name}.${copy}`)?.state, 'sealed', `${name}.${copy}`);
  });

  if (WISH !== '')
    test('at changes to the disk and PKCS#11 calls', LASTS, async (t) => {
      const chosen = WISH === 'all' ? points : spread(points, Number(WISH));
      const failed: string[] = [];
      for (const [index, point] of chosen.entries())
        await killAndGoOn(table, [point], index % 2 === 0 ? 'core' : 'power', assertChanged).catch((error) =>
          failed.push(String(error)),
        );
      t.diagnostic(`killed at ${chosen.length} of ${points.length} points`);
      assert.deepEqual(failed, []);
    });
});
