import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { sharesLeft } from '../../src/ledger/former.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { reportWords } from './report-text.ts';
import { verified } from './verified.ts';
import { eventsIn } from './went-on.ts';

const NAMES = ['root-generation', 'token-renewal', 'crl-refresh'];
const RENEWED = 'crypto-officer-5';

describe('the token of an officer is lost, between two uses of a root', { concurrency: false }, () => {
  let folder = '';
  let packs: readonly string[] = [];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-renewal-'));
    const scripts = NAMES.map((name) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`));
    const { status, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    packs = NAMES.map((name, index) => join(folder, 'packs', `0${index + 1}-${name}`));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const [ROOT, RENEWAL, CRL] = [0, 1, 2];
  const read = (number: number, path: string) => readFileSync(join(packs[number] as string, path));
  const ledgerOf = (number: number): Ledger => readLedger(read(number, 'ledger.json'));
  const rosters = () => [read(RENEWAL, 'roster/roster.json'), read(RENEWAL, 'roster/next/roster.json')] as const;

  test('both verifiers find nothing, from one pack to the next, with either roster from paper', async () => {
    const [old, next] = rosters().map((bytes) => sha256(bytes)) as [string, string];
    for (const roster of [old, next]) {
      const { status, stdout } = await verified(packs, [roster], { report: false });
      assert.equal(status, 0, stdout);
      const shell = verifyShell(packs[RENEWAL] as string, roster);
      assert.equal(shell.status, 0, shell.stdout);
    }
    assert.equal(verifyShell(packs[CRL] as string, next).status, 0);
  });

  test('they are who they were, with another token, and no share of theirs is sealed to the old one', () => {
    const [was, is] = rosters().map((bytes) =>
      memberOf(readRoster(bytes), RENEWED)?.tokens.map((one) => one.encryptionSpki),
    );
    assert.ok(was && is);
    const { shareSets, former, renewed } = ledgerOf(CRL);
    assert.equal(former, undefined);
    assert.deepEqual(
      renewed?.map(({ seat, superseded }) => [seat, superseded]),
      [[RENEWED, was]],
    );
    assert.deepEqual(
      shareSets.map(({ kind, state, shares }) => [
        `${kind} ${state}`,
        shares.find(({ seat }) => seat === RENEWED)?.recipients,
      ]),
      [
        ['user void', was],
        ['so void', was],
        ['user current', is],
        ['so current', is],
      ],
    );
    assert.deepEqual(sharesLeft(shareSets, ledgerOf(CRL)), []);
  });

  test('the others approved it, and whoever returned opened the new shares with the new token', () => {
    const changed = eventsIn(packs[RENEWAL] as string).find(
      (event) => event.type === 'observation' && event.subject === 'roster' && 'renews' in event.facts,
    );
    assert.ok(changed?.type === 'observation');
    assert.deepEqual(
      changed.facts['approvedBy'],
      [1, 2, 3, 4].map((number) => `crypto-officer-${number}`),
    );
    for (const { unproven } of ledgerOf(RENEWAL).shareSets.slice(2)) assert.ok(!unproven.includes(RENEWED));
  });

  test('the report has both tokens, and what to destroy of the old shares', () => {
    const report = reportWords(packs[RENEWAL] as string);
    const [was, is] = rosters().map((bytes) => memberOf(readRoster(bytes), RENEWED)?.tokens[0]?.serial);
    assert.match(report, new RegExp(`OLD TOKEN [^0-9]*${was} .*NEW TOKEN [^0-9]*${is} `));
    assert.doesNotMatch(report, /\bDUE\b/);
    for (const { id } of ledgerOf(ROOT).shareSets) assert.ok(report.includes(`To destroy, of set ${id} (`), id);
  });
});
