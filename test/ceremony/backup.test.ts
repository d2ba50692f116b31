import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import type { Ledger, LedgerKey } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { reportText } from './report-text.ts';
import { sharedRehearsal } from './shared-rehearsal.ts';
import { changed, shipped } from './shipped-script.ts';
import { eventsIn } from './went-on.ts';

const NAMES = ['root-wrappable', 'backup-split', 'restore-drill', 'restore', 'after-restore'];

describe('a root key is backed up, its HSM is lost, and it signs on another', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  let roster = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-backup-test-'));
    const own = (name: string) => join(folder, `${name}.yaml`);
    writeFileSync(
      own('root-wrappable'),
      changed('root-generation', ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }']),
    );
    writeFileSync(own('after-restore'), changed('intermediate-signing', ['root-hsm', 'new-hsm']));
    const scripts = [
      own('root-wrappable'),
      ...['backup-split', 'restore-drill', 'restore'].map(shipped),
      own('after-restore'),
    ];
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    const [first = ''] = stdout.split('\n');
    ({ roster } = JSON.parse(first) as { roster: string });
    packs = NAMES.map((name, index) => join(folder, 'packs', `0${index + 1}-${name}`));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const pack = (number: number) => packs[number - 1] as string;
  const ledger = (number: number): Ledger => readLedger(readFileSync(join(pack(number), 'ledger.json')));
  const events = (number: number) => eventsIn(pack(number));

  test('the drill is rehearsed from the pack of the backup alone, on an HSM that takes the key', () => {
    const out = join(folder, 'drilled');
    const { status, stderr, stdout } = quorate(
      ...['rehearse', shipped('restore-drill'), '--from', pack(2), '--out', out, '--json'],
    );
    assert.equal(status, 0, stderr.slice(-3000));
    const { roster: own } = JSON.parse(stdout) as { roster: string };
    const { status: verified, stdout: said } = quorate('verify', out, '--expect', 'rehearsal', '--roster', own);
    assert.equal(verified, 0, said);
    const { keys, copies } = readLedger(readFileSync(join(out, 'ledger.json')));
    assert.notEqual(keys[0]?.spkiSha256, ledger(2).keys[0]?.spkiSha256);
    assert.deepEqual(
      copies.map(({ spkiSha256, provenance, destroyed }) => [spkiSha256, provenance, destroyed?.step]),
      [[keys[0]?.spkiSha256, 'restored', 'gone']],
    );
  });

  test('each pack verifies by itself and in the chain, and by the shell script', () => {
    const { status, stdout } = quorate('verify', ...packs, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^chain of 5 packs, /m);
    assert.match(stdout, /^chain: no findings$/m);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 5);
    for (const one of packs) {
      const shell = verifyShell(one, roster);
      assert.equal(shell.status, 0, shell.stdout);
    }
  });

  test('the ledger knows the key as one that may leave, its backup, the set, and the restored copy', () => {
    assert.equal(ledger(1).keys[0]?.wrappable, true);
    assert.equal(ledger(1).backups, undefined);
    const [backup, ...more] = ledger(2).backups ?? [];
    assert.ok(backup && more.length === 0);
    const { key, algorithm, file, state, media, set } = backup;
    assert.deepEqual(
      { key, algorithm, file, state, media },
      {
        ...{ key: 'root', algorithm: 'aes-256-kwp', file: `${set}-root.kwp`, state: 'kept' },
        media: ['backups 1', 'backups 2'],
      },
    );
    const kek = ledger(2).shareSets.find(({ id }) => id === set);
    assert.deepEqual([kek?.kind, kek?.threshold, kek?.state, kek?.unproven], ['kek', 3, 'current', []]);
    assert.deepEqual(Object.keys(kek?.envelopes ?? {}), ['kek-envelopes 1', 'kek-envelopes 2']);
    assert.deepEqual(ledger(2).tokens[0]?.sets, ledger(1).tokens[0]?.sets, 'it opens no token');
    const [, copy] = ledger(4).copies;
    assert.deepEqual([copy?.key, copy?.provenance, copy?.token], ['root', 'restored', ledger(4).tokens[2]?.serial]);
    assert.notEqual(copy?.token, ledger(1).keys[0]?.token);
    assert.equal(copy?.destroyed, undefined);
    assert.deepEqual(ledger(5).backups, ledger(2).backups);
  });

  test('the report of whatever put the wrapping key together says that it was in this computer', () => {
    const inMemory = packs.map(
      (one) => reportText(one).match(/^ *In memory too +the key that it was wrapped with/gm)?.length ?? 0,
    );
    // Made and wrapped, restored in the drill, restored in earnest; not where a key is generated or signs.
    assert.deepEqual(inMemory, [0, 1, 1, 1, 0]);
  });

  test('every report says that the key is NOT NEVER_EXTRACTABLE: where it was made, wrapped, restored and used', () => {
    const sentence =
      /^ *(May leave the HSM|Its key may leave its HSM) +yes, wrapped under a key that the security officer trusts: it was made extractable, and is\s+NOT\s+NEVER_EXTRACTABLE/gm;
    const said = packs.map((one) => (reportText(one).match(sentence) ?? []).map((line) => line.trim().slice(0, 18)));
    const ofKey = ['May leave the HSM '];
    // The root's certificate has its page where it is issued.
    assert.deepEqual(said, [[...ofKey, 'Its key may leave '], ofKey, ofKey, ofKey, ofKey]);
    const digest = ledger(1).keys[0]?.spkiSha256.toUpperCase() ?? '';
    for (const one of packs.slice(1)) assert.ok(reportText(one).includes(digest), one);
    const restored = packs.map((one) => /^ *Restored on +\S+, serial/m.test(reportText(one)));
    assert.deepEqual(restored, [false, false, true, true, false]);
  });

  test('no margin is thin: file and envelopes lie apart, and the root is active since it was certified, whatever a drill destroys', () => {
    const said = quorate('ledger', ...packs.slice(0, 3), '--expect', 'rehearsal', '--roster', roster);
    assert.equal(said.status, 0, said.stderr);
    assert.match(said.stdout, /^warnings: none$/m);
    assert.match(said.stdout, new RegExp(`: ACTIVE since ${ledger(1).keys[0]?.states[1]?.at}$`, 'm'));
    const places = (name: string) =>
      ledger(3).custody.flatMap(({ unit, place }) => (unit.startsWith(`${name}.`) ? [place] : []));
    assert.deepEqual(
      [places('kek-envelopes'), places('backups')],
      [
        ['safe', 'other-site'],
        ['auditor', 'third-site'],
      ],
    );
  });

  test('what was restored in a drill is destroyed there, and the ledger says both', () => {
    const [drilled, ...more] = ledger(3).copies;
    assert.equal(more.length, 0);
    assert.deepEqual([drilled?.provenance, drilled?.token], ['restored', ledger(3).tokens[1]?.serial]);
    assert.equal(drilled?.destroyed?.step, 'gone');
    assert.equal(ledger(3).keys[0]?.state, 'active');
    assert.deepEqual(keyPlaces(ledger(3), ledger(3).keys[0] as LedgerKey), [ledger(1).keys[0]?.token]);
  });

  test('the HSM of the root is in the room for the backup, and never again', () => {
    const root = ledger(1).keys[0]?.token ?? '';
    const named = (number: number) => readFileSync(join(pack(number), 'authorization.json'), 'utf8').includes(root);
    assert.deepEqual([2, 3, 4, 5].map(named), [true, false, false, false]);
  });

  test('the wrapped key was on two media before the record said that it was made', () => {
    const [backup] = ledger(2).backups ?? [];
    const all = events(2);
    const result = all.find((event) => event.type === 'result' && event.facts['sha256'] === backup?.sha256);
    assert.ok(result);
    const written = all.filter((event) => event.type === 'file' && event.sha256 === backup?.sha256);
    assert.deepEqual(
      written.map((event) => [event.type === 'file' && event.medium, event.seq < result.seq]),
      [
        ['backups 1', true],
        ['backups 2', true],
      ],
    );
  });

  test('no pack holds it: every copy of a pack would be a copy of the key that nobody counts', () => {
    const [backup] = ledger(2).backups ?? [];
    for (const one of packs) {
      for (const entry of readdirSync(one, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = readFileSync(join(entry.parentPath, entry.name));
        assert.notEqual(sha256(bytes), backup?.sha256, entry.name);
        assert.ok(!entry.name.endsWith('.kwp') && !entry.name.endsWith('.p7m'), entry.name);
      }
    }
  });

  test('what the restored key signed holds under the certificate of the root, by openssl', () => {
    const rootPem = join(pack(1), 'publish', 'root.pem');
    const issued = join(pack(5), 'publish', 'example-tls-ca-1.pem');
    const said = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', rootPem, issued], { encoding: 'utf8' });
    assert.match(said, /: OK$/m);
  });

  test('the restored key is not to be extracted, and says of itself that it came wrapped', () => {
    const done = events(4).find(
      (event) => event.type === 'result' && 'spki' in event.facts && event.outcome === 'done',
    );
    assert.ok(done?.type === 'result');
    const half = done.facts['private'] as Record<string, unknown>;
    assert.deepEqual(
      [half['EXTRACTABLE'], half['SENSITIVE'], half['LOCAL'], half['NEVER_EXTRACTABLE']],
      [false, true, false, false],
    );
  });
});

describe('a backup or a restoration that cannot be', { concurrency: false }, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-backup-refused-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'root');
  before(() => {
    const { status, stderr } = sharedRehearsal(shipped('root-generation'), root);
    assert.equal(status, 0, stderr.slice(-2000));
  });
  /** What follows a root as it is generated by the script that ships. */
  const rehearsed = (script: string) => quorate('rehearse', script, '--from', root, '--out', join(folder, 'refused'));

  test('a key that was not made to leave is refused at the desk, before anything is done', () => {
    const { status, stderr } = rehearsed(shipped('backup-split'));
    assert.equal(status, 2, stderr.slice(-2000));
    assert.match(
      stderr,
      /the key "root-key" never leaves its HSM: it was not made with "wrappable: true" \[PLAN_PARAMETER\]/,
    );
  });

  test('a restoration without a backup before it is refused, and says what the ledger knows', () => {
    const { status, stderr } = rehearsed(shipped('restore'));
    assert.equal(status, 2, stderr.slice(-2000));
    assert.match(
      stderr,
      /the ledger of the previous pack has no backup of the key labelled "rehearsal-example-root-g1" that is kept; it knows none/,
    );
  });
});
