import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { quorate, verifyShell } from './played-pack.ts';

const shipped = (name: string) => join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`);
const NAMES = ['root-generation', 'destruction'];

/** The key goes, and its token and the envelopes stay. */
function keyAlone(): string {
  const steps = /^ +- \{ id: (?:hsm-erased|envelopes-shredded),.*\n/gm;
  return readFileSync(shipped('destruction'), 'utf8').replace(steps, '');
}

describe('the end of a root, rehearsed on the stage of its beginning', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  let roster = '';
  let said = '';

  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-destruction-test-'));
    const out = join(folder, 'packs');
    const scripts = NAMES.map(shipped);
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', out, '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    said = stderr;
    packs = ['01-root-generation', '02-destruction'].map((name) => join(out, name));
    roster = (JSON.parse(stdout.trimEnd().split('\n')[0] ?? '') as { roster: string }).roster;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = <T>(pack: number, path: string): T =>
    JSON.parse(readFileSync(join(packs[pack - 1] as string, path), 'utf8')) as T;

  test('both packs verify alone, by both verifiers, and as a chain', () => {
    const { status, stdout } = quorate('verify', ...packs, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^chain: no findings$/m);
    for (const pack of packs) {
      const shell = verifyShell(pack, roster);
      assert.equal(shell.status, 0, shell.stdout);
    }
    assert.match(verifyShell(packs[1] as string, roster).stdout, /has signed before it was destroyed on the HSM/);
  });

  test('the ledger has the key as destroyed, its sets as void, and the envelopes as destroyed', () => {
    const ledger = read<Ledger>(2, 'ledger.json');
    assert.deepEqual(
      ledger.keys.map(({ state, destroyed }) => [state, destroyed?.step]),
      [['destroyed', 'root-key-destroyed']],
    );
    assert.deepEqual(
      ledger.shareSets.map(({ state }) => state),
      ['void', 'void'],
    );
    assert.deepEqual(
      ledger.custody.filter(({ unit }) => unit.startsWith('envelopes')).map(({ unit, state }) => [unit, state]),
      [
        ['envelopes.1', 'destroyed'],
        ['envelopes.2', 'destroyed'],
      ],
    );
  });

  test('the destruction record is complete, and was read to the people', () => {
    const record = read<DestructionRecord>(2, 'destruction/accounted.json');
    assert.equal(record.complete, true);
    assert.deepEqual(
      record.copies.map(({ what, how }) => [what, how]),
      [
        ['hsm', 'both objects destroyed'],
        ['share-set', 'void: it opens nothing that is secret'],
        ['share-set', 'void: it opens nothing that is secret'],
      ],
    );
    assert.match(said, /DESTRUCTION RECORD of the key "root-key": COMPLETE: every copy is accounted for/);
  });

  test('"quorate ledger" shows it, and that nothing of it falls due but what ends', () => {
    const { status, stdout, stderr } = quorate(
      'ledger',
      ...packs,
      '--expect',
      'rehearsal',
      '--roster',
      roster,
      '--json',
    );
    assert.equal(status, 0, stderr);
    const view = JSON.parse(stdout);
    assert.deepEqual([view.keys[0].state, view.keys[0].on, view.warnings, view.custodians], ['destroyed', [], [], []]);
    assert.deepEqual(
      view.due.map(({ kind }: { kind: string }) => kind).filter((kind: string) => kind !== 'custody-check'),
      ['crl-end', 'certificate-end'],
    );
    const text = quorate('ledger', packs[0] as string, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(text.status, 0, text.stderr);
    assert.match(text.stdout, /^ {2}WARNING {2}key "root": it is on the HSM [0-9a-f]+ alone/m);
  });

  test('nothing that signs with the key can be planned after it', () => {
    const script = join(folder, 'after.yaml');
    writeFileSync(script, readFileSync(shipped('crl-refresh')));
    const { status, stderr } = quorate(
      'rehearse',
      script,
      '--from',
      packs[1] as string,
      '--out',
      join(folder, 'later'),
    );
    assert.notEqual(status, 0);
    assert.match(stderr, /the key "root" is on no HSM any more, by the ledger of the previous pack/);
  });

  test('where the key alone goes, the record says of its sets that they open nothing of it', () => {
    const script = join(folder, 'key-alone.yaml');
    writeFileSync(script, keyAlone());
    const out = join(folder, 'alone');
    const held = quorate('rehearse', script, '--from', packs[0] as string, '--out', out, '--json');
    assert.equal(held.status, 0, held.stderr.slice(-2000));
    const path = join(out, 'destruction', 'accounted.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as DestructionRecord;
    assert.deepEqual(
      record.copies.map(({ how }) => how),
      ['both objects destroyed', ...Array(2).fill('the HSM that it opens holds the key no more')],
    );
  });
});
