import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { verified } from './verified.ts';

const NAMES = ['root-generation', 'copy-by-vendor', 'crl-refresh'];

/** The key is of an earlier ceremony, and the script has a name of its own for it. */
describe('a key of an earlier ceremony is copied with the tools of a vendor', { concurrency: false }, () => {
  let folder = '';
  let packs: readonly string[] = [];
  let roster = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-copied-later-'));
    const scripts = NAMES.map((name) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`));
    const { status, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    packs = NAMES.map((name, index) => join(folder, 'packs', `0${index + 1}-${name}`));
    roster = sha256(readFileSync(join(packs[0] as string, 'roster', 'roster.json')));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ledgerOf = (number: number): Ledger =>
    readLedger(readFileSync(join(packs[number - 1] as string, 'ledger.json')));

  test('both HSMs have signed that they hold it, and both verifiers find nothing from one pack to the next', async () => {
    const { status, stdout } = await verified(packs, [roster], { report: false });
    assert.equal(status, 0, stdout);
    const shell = verifyShell(packs[1] as string, roster);
    assert.equal(shell.status, 0, shell.stdout);
    assert.equal(shell.stdout.match(/^ok .* has signed that it is on the HSM with serial /gm)?.length, 2);
  });

  test('the ledger counts the copy, with the HSM on which it is', () => {
    const [key] = ledgerOf(2).keys;
    const [copy, ...more] = ledgerOf(2).copies;
    assert.deepEqual([copy?.spkiSha256, copy?.provenance, more], [key?.spkiSha256, undefined, []]);
    assert.notEqual(copy?.token, key?.token);
    assert.equal(ledgerOf(2).tokens.find(({ serial }) => serial === copy?.token)?.name, 'backup-hsm');
    assert.deepEqual(ledgerOf(3).copies, ledgerOf(2).copies);
  });
});
