import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { verified } from './verified.ts';

const LEAVER = 'crypto-officer-2';
const NEWCOMER = 'crypto-officer-6';
const NAMES = ['root', 'backup-split', 'restore-drill', 'restore-drill', 'officer-change-with-backup'];
const DRILLED_TWICE = 4;
const CHANGED = 5;

describe('an officer leaves a CA whose key has a wrapped copy', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-backed-up-'));
    const shipped = (name: string) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`);
    const root = readFileSync(shipped('root-generation-vault'), 'utf8');
    const wrappable = root.replace('algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }');
    assert.notEqual(wrappable, root);
    writeFileSync(join(folder, 'root.yaml'), wrappable);
    const scripts = NAMES.map((name) => (name === 'root' ? join(folder, 'root.yaml') : shipped(name)));
    const { status, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    packs = NAMES.map((name, index) => join(folder, 'packs', `0${index + 1}-${name}`));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ledgerOf = (number: number): Ledger =>
    readLedger(readFileSync(join(packs[number - 1] as string, 'ledger.json')));
  const kekSets = (number: number): LedgerShareSet[] => ledgerOf(number).shareSets.filter(({ kind }) => kind === 'kek');

  test('both verifiers find nothing, pack by pack and from one to the next', async () => {
    const rosters = ['roster.json', join('next', 'roster.json')].map((path) =>
      sha256(readFileSync(join(packs[CHANGED - 1] as string, 'roster', path))),
    );
    const { status, stdout } = await verified(packs, rosters.slice(0, 1), { report: false });
    assert.equal(status, 0, stdout);
    const shell = verifyShell(packs[CHANGED - 1] as string, rosters[0] as string);
    assert.equal(shell.status, 0, shell.stdout);
  });

  test('the same drill was held twice: the first left a blank HSM, and media whose names are free', () => {
    const { keys, copies, shareSets } = ledgerOf(DRILLED_TWICE);
    const drilled = copies.filter(({ token }) => token !== keys[0]?.token);
    assert.equal(drilled.length, 2);
    for (const { token, destroyed } of drilled) {
      assert.ok(destroyed);
      const opens = shareSets.filter(({ hsm }) => hsm === token).map(({ kind, state }) => `${kind} ${state}`);
      assert.deepEqual(opens, ['user void', 'so void']);
    }
  });

  test('who came holds a share of the new copy, who left of nothing, and the old copy opens no more', () => {
    const [before] = kekSets(DRILLED_TWICE);
    assert.equal(before?.state, 'current');
    assert.ok(before?.shares.some(({ seat }) => seat === LEAVER));
    const [old, next, ...more] = kekSets(CHANGED);
    assert.deepEqual([old?.id, old?.state, next?.state, more], [before?.id, 'void', 'current', []]);
    const seats = next?.shares.map(({ seat }) => seat) ?? [];
    assert.ok(seats.includes(NEWCOMER) && !seats.includes(LEAVER), seats.join());
    assert.equal(seats.length, before?.shares.length);
    const live = ledgerOf(CHANGED).shareSets.filter(({ state }) => state !== 'void');
    assert.equal(live.length, 3);
    for (const { id, shares } of live) assert.ok(!shares.some(({ seat }) => seat === LEAVER), id);
    const states = ledgerOf(CHANGED).backups?.map(({ set, state }) => [set, state]);
    assert.deepEqual(states, [
      [old?.id, 'destroyed'],
      [next?.id, 'kept'],
    ]);
  });

  test('the report asks for nothing that was shredded in this ceremony, or in one before', () => {
    const pdf = join(packs[CHANGED - 1] as string, 'views', 'report.pdf');
    const report = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    assert.match(report, /No share of theirs opens anything that the ledger knows/);
    assert.doesNotMatch(report, /To destroy, of set/);
  });
});
