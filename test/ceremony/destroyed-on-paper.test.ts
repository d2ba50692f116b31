import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { changed, lineOf } from './shipped-script.ts';
import { verified } from './verified.ts';

/* A wrapped copy is shredded on paper once its ceremony has closed; the end of the key accounts for it. */

const BACKUP = changed(
  'backup-split',
  [lineOf('backup-split', 'backups-away'), ''],
  [
    lineOf('backup-split', 'off'),
    `${lineOf('backup-split', 'off')}      - { id: backups-shredded, step: destroy-material, by: administrator, check: witness, with: { item: backups } }\n`,
  ],
);
const typed = (copy: number) =>
  `      - { id: on-paper-${copy}, step: transcribe-earlier, by: administrator, check: auditor, say: "From page 12 of the last ceremony.", with: { kind: medium, thing: backups.${copy}, ceremony: 2, signed: [Ada Example, Bea Example] } }\n`;
const END = changed(
  'destruction',
  ['  backups:       { kind: medium, copies: 2, holds: wrapped-keys, arrives: sealed }\n', ''],
  [lineOf('destruction', 'backups-out'), ''],
  [lineOf('destruction', 'backups-away'), ''],
  [lineOf('destruction', 'backups-shredded'), typed(1) + typed(2)],
);
const NAMES = ['root', 'backup', 'end'];

describe('what was destroyed on paper after a ceremony had closed', { concurrency: false }, () => {
  let folder = '';
  let packs: readonly string[] = [];
  let roster = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-on-paper-test-'));
    const root = changed('root-generation', ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }']);
    const paths = [root, BACKUP, END].map((text, index) => {
      const path = join(folder, `${NAMES[index]}.yaml`);
      writeFileSync(path, text);
      return path;
    });
    const out = join(folder, 'packs');
    const { status, stdout, stderr } = quorate('rehearse', ...paths, '--out', out, '--json');
    assert.equal(status, 0, stderr.slice(-3000) + stdout.slice(-2000));
    roster = (JSON.parse(stdout.split('\n')[0] ?? '') as { roster: string }).roster;
    packs = NAMES.map((name, index) => join(out, `0${index + 1}-${name}`));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ledger = (index: number) => readLedger(readFileSync(join(packs[index] ?? '', 'ledger.json')));

  test('is in the ledger of the next one, as what it is', () => {
    const of = (index: number) =>
      ledger(index)
        .custody.filter(({ unit }) => unit.startsWith('backups.'))
        .map(({ state, onPaper }) => [state, onPaper?.ceremony, onPaper?.signed]);
    assert.deepEqual(of(1), Array(2).fill(['open', undefined, undefined]));
    assert.deepEqual(of(2), Array(2).fill(['destroyed', 2, ['Ada Example', 'Bea Example']]));
    assert.deepEqual([ledger(1).backups?.[0]?.state, ledger(2).backups?.[0]?.state], ['kept', 'destroyed']);
  });

  test('completes the record of the destruction, which says whose ink it is', () => {
    const path = join(packs[2] ?? '', 'destruction', 'accounted.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as DestructionRecord;
    assert.equal(record.complete, true, JSON.stringify(record.copies));
    const wrapped = record.copies.find(({ what }) => what === 'wrapped');
    assert.match(
      wrapped?.how ?? '',
      /^every medium that held it is destroyed \(backups\.1 on paper after ceremony 2, [0-9TZ:-]+, signed by Ada Example and Bea Example; backups\.2 on paper /,
    );
  });

  test('verifies, by both verifiers, and as a chain', async () => {
    const { status, stdout } = await verified(packs, [roster]);
    assert.equal(status, 0, stdout);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 3);
    const shell = verifyShell(packs[2] ?? '', roster);
    assert.equal(shell.status, 0, shell.stdout);
  });
});
