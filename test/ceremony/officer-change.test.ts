import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { reportWords } from './report-text.ts';
import { verified } from './verified.ts';

const NAMES = ['root-generation', 'officer-change', 'crl-refresh'];
const LEAVER = 'crypto-officer-2';
const NEWCOMER = 'crypto-officer-6';

describe('an officer leaves and another comes, between two uses of a root', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  let said: { readonly roster: string; readonly outcome: string }[] = [];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-officers-'));
    const out = join(folder, 'packs');
    const scripts = NAMES.map((name) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`));
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', out, '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    packs = NAMES.map((name, index) => join(out, `0${index + 1}-${name}`));
    said = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const packOf = (number: number) => packs[number - 1] as string;
  const ledgerOf = (number: number): Ledger => readLedger(readFileSync(join(packOf(number), 'ledger.json')));
  const eventsOf = (number: number): Event[] =>
    readFileSync(join(packOf(number), 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const digestOf = (number: number, path: string) => sha256(readFileSync(join(packOf(number), path)));
  const nameOf = (seat: string): string =>
    JSON.parse(readFileSync(join(packOf(2), 'people.json'), 'utf8')).people[seat].name;
  const oldRoster = () => digestOf(1, 'roster/roster.json');
  const newRoster = () => digestOf(2, 'roster/next/roster.json');
  const approvers = (number: number): ReadonlySet<string> =>
    new Set(eventsOf(number).flatMap((event) => (event.type === 'approval' ? [event.seat] : [])));
  const judged = (paths: readonly string[], ...rosters: readonly string[]) =>
    verified(paths, rosters, { report: false });

  test('each ceremony is under the roster with which the one before ended', () => {
    assert.deepEqual(
      said.map(({ outcome }) => outcome),
      ['complete', 'complete', 'complete'],
    );
    assert.deepEqual(
      said.map(({ roster }) => roster),
      [oldRoster(), newRoster(), newRoster()],
    );
    assert.deepEqual(
      [digestOf(2, 'roster/roster.json'), digestOf(3, 'roster/roster.json')],
      [oldRoster(), newRoster()],
    );
  });

  test('one digest from paper is enough for all three packs, be it the older or the newer', async () => {
    for (const roster of [oldRoster(), newRoster()]) {
      const { status, stdout } = await judged(packs, roster);
      assert.equal(status, 0, stdout);
      assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 3);
      assert.match(stdout, /^chain: no findings$/m);
    }
    for (const [number, rosters] of [
      [1, [oldRoster()]],
      [2, [oldRoster(), newRoster()]],
      [3, [newRoster()]],
    ] as const)
      for (const roster of rosters) {
        assert.equal((await judged([packOf(number)], roster)).status, 0);
        const shell = verifyShell(packOf(number), roster);
        assert.equal(shell.status, 0, shell.stdout);
      }
  });

  test('without the pack that changed it, the older digest says nothing of the newer roster', async () => {
    const { status, stdout } = await judged([packOf(1), packOf(3)], oldRoster());
    assert.equal(status, 1);
    assert.match(
      stdout,
      new RegExp(`ANCHOR-ROSTER: roster/roster\\.json: SHA-256 is ${newRoster()}; the true roster has ${oldRoster()}`),
    );
    assert.equal(verifyShell(packOf(3), oldRoster()).status, 1);
  });

  test('a change that nobody of the roster before approved leads to no other roster', async () => {
    const forged = join(folder, 'forged');
    cpSync(packOf(2), forged, { recursive: true });
    for (const seat of ['crypto-officer-1', 'crypto-officer-3'])
      rmSync(join(forged, 'roster', 'change', `${seat}.p7s`));
    const { status, stdout } = await judged([packOf(1), forged, packOf(3)], oldRoster());
    assert.equal(status, 1);
    assert.match(stdout, /ROSTER-APPROVED: roster\/change\.json: 2 of 3 needed people approved the change/);
    assert.match(stdout, new RegExp(`ANCHOR-ROSTER: roster/roster\\.json: SHA-256 is ${newRoster()}`));
  });

  test('the shares are those of other people, and what the old ones gave is gone', () => {
    const sets = ledgerOf(2).shareSets;
    assert.deepEqual(
      sets.map(({ kind, state }) => `${kind} ${state}`),
      ['user void', 'so void', 'user current', 'so current'],
    );
    for (const { id, shares, unproven } of sets.slice(2)) {
      const seats = shares.map(({ seat }) => seat);
      assert.ok(seats.includes(NEWCOMER) && !seats.includes(LEAVER), seats.join());
      assert.ok(!unproven.includes(NEWCOMER), `whoever came has opened their share of ${id}`);
    }
    assert.deepEqual(ledgerOf(3).former, [
      { seat: LEAVER, step: 'next-roster', leftAt: ledgerOf(2).former?.[0]?.leftAt, roster: oldRoster() },
    ]);
    assert.deepEqual(
      ledgerOf(2).tokens.map(({ serial }) => serial),
      ledgerOf(1).tokens.map(({ serial }) => serial),
    );
  });

  test('nothing is due of whoever left, by report and ledger, and what is to be destroyed is named', () => {
    const report = reportWords(packOf(2));
    assert.ok(
      report.includes('No share of theirs opens anything that the ledger knows: each set was replaced, and is void.'),
    );
    assert.doesNotMatch(report, /\bDUE\b/);
    const [user, so] = ledgerOf(1).shareSets;
    assert.deepEqual(
      report
        .match(/To destroy, of set [0-9a-f]{32} \([^)]*\): .*?; the envelopes on .*?\./g)
        ?.map((line) => line.slice(0, -1)),
      [
        [user, 'user PIN'],
        [so, 'PIN of the security officer'],
      ].map(
        ([set, kind]) =>
          `To destroy, of set ${(set as typeof user)?.id} (${kind}): every share on paper of ${nameOf(LEAVER)} (none is recorded); the envelopes on envelopes 1 (5 files), envelopes 2 (5 files)`,
      ),
    );
    const said = quorate('ledger', ...packs, '--expect', 'rehearsal', '--roster', oldRoster());
    assert.equal(said.status, 0, said.stderr);
    assert.doesNotMatch(said.stdout, new RegExp(`${LEAVER}.*on the roster no more`, 'i'));
    assert.match(said.stdout, new RegExp(`^  user set ${user?.id}: VOID, 3 of 5, HSM `, 'm'));
  });

  test('who left had no part in it, and none in what came after; who came signed the CRL with the others', () => {
    for (const number of [2, 3]) {
      assert.ok(!approvers(number).has(LEAVER));
      const stated = eventsOf(number).flatMap((event) => (event.type === 'statement' ? [event.seat] : []));
      assert.ok(!stated.includes(LEAVER));
    }
    assert.ok(approvers(1).has(LEAVER));
    assert.ok(approvers(3).has(NEWCOMER));
    const files = eventsOf(2).flatMap((event) => (event.type === 'file' ? [event.path] : []));
    assert.equal(files.filter((path) => path.startsWith('roster/change/') && path.includes(LEAVER)).length, 0);
  });

  test('the plan of the next ceremony is refused under the roster of before', () => {
    const site = join(folder, 'site.yaml');
    // As in the site of the last ceremony, but with the roster that is no longer in force.
    cpSync(join(packOf(3), 'site.yaml'), site);
    cpSync(join(packOf(1), 'roster', 'roster.json'), join(folder, 'roster.json'));
    const script = join(PROGRAM_ROOT, 'ceremonies', 'crl-refresh.yaml');
    cpSync(packOf(2), join(folder, 'previous'), { recursive: true });
    const { status, stderr } = quorate('plan', script, '--site', site);
    assert.equal(status, 2, stderr);
    assert.match(
      stderr,
      new RegExp(
        `the roster has SHA-256 ${oldRoster()}; the ceremony before ended under ${newRoster()} \\[PLAN_ROSTER\\]`,
      ),
    );
  });
});
