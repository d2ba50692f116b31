import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { type Change, changed, lineOf } from './shipped-script.ts';
import { verified } from './verified.ts';

/*
 * An HSM is lost with its key, the quorum declares it so where the key comes back from its wrapped copy, the restored key is
 * destroyed, and then the HSM is found.
 */

const declared = (id: string, say: string, more: string) =>
  `      - { id: ${id}, step: record-loss, by: auditor, check: witness, say: "${say}", with: { kind: hsm, thing: root-hsm, ${more} } }\n`;

const RESTORED_AND_LOST = changed('restore', [
  lineOf('restore', 'lost'),
  declared(
    'lost',
    'I saw safe-2 empty at the yearly look, and nobody signed the HSM out.',
    'token: new-hsm, state: lost, since: 2026-03-01, exposed: true, how: "Gone from safe-2.", circumstances: "Police report 4711."',
  ),
]);

const END_OF_THE_NEW = changed(
  'destruction',
  ['root-hsm', 'new-hsm'],
  ['  hsm:', '  new-hsm:'],
  ['item: hsm', 'item: new-hsm'],
  ['  envelopes:', '  restored-envelopes:'],
  ['item: envelopes', 'item: restored-envelopes'],
  ['last: true, ', ''],
);

const without = (...ids: readonly string[]) => ids.map((id): Change => [lineOf('destruction', id), '']);
const END_OF_THE_FOUND = changed(
  'destruction',
  ['  kek-envelopes: { kind: medium, copies: 2, holds: wrapping-shares, arrives: sealed }\n', ''],
  ['  backups:       { kind: medium, copies: 2, holds: wrapped-keys, arrives: sealed }\n', ''],
  ['quorums: { administer: 3, ', 'quorums: { administer: 3, '],
  ...without('kek-out', 'backups-out', 'backups-shredded', 'kek-shredded', 'kek-away', 'backups-away'),
  ['  - title: Its wrapped copies\n    steps:\n', ''],
  [
    lineOf('destruction', 'hsm-seen'),
    declared(
      'found',
      'The police have handed it back to me, in their own bag.',
      'token: root-hsm, state: found, since: 2026-09-09, exposed: true, how: "In the car of the thief.", circumstances: "Police report 4711."',
    ) + lineOf('destruction', 'hsm-seen'),
  ],
);

const NAMES = ['root', 'backup-split', 'lost', 'end', 'found'];

describe('an HSM is lost, and found', { concurrency: false }, () => {
  let folder = '';
  let packs: readonly string[] = [];
  let rosters: readonly string[] = [];
  let said = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-lost-test-'));
    const texts: readonly (readonly [string, string])[] = [
      ['root', changed('root-generation', ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }'])],
      ['backup-split', changed('backup-split')],
      ['lost', RESTORED_AND_LOST],
      ['end', END_OF_THE_NEW],
      ['found', END_OF_THE_FOUND],
    ];
    const paths = texts.map(([name, text]) => {
      writeFileSync(join(folder, `${name}.yaml`), text);
      return join(folder, `${name}.yaml`);
    });
    const out = join(folder, 'packs');
    const { status, stdout, stderr } = quorate('rehearse', ...paths, '--out', out, '--json');
    assert.equal(status, 0, stderr.slice(-3000) + stdout.slice(-2000));
    rosters = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { roster: string }).roster);
    packs = NAMES.map((name, index) => join(out, `0${index + 1}-${name}`));
    said = stderr;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const pack = (name: string) => packs[NAMES.indexOf(name)] as string;
  const ledger = (name: string) => readLedger(readFileSync(join(pack(name), 'ledger.json')));
  const hsm = () => ledger('root').keys[0]?.token ?? '';
  const record = (name: string) =>
    JSON.parse(readFileSync(join(pack(name), 'destruction', 'accounted.json'), 'utf8')) as DestructionRecord;
  const ledgerText = (name: string) => {
    const given = packs.slice(0, NAMES.indexOf(name) + 1);
    const { status, stdout, stderr } = quorate(
      'ledger',
      ...given,
      '--expect',
      'rehearsal',
      '--roster',
      rosters[0] ?? '',
    );
    assert.equal(status, 0, stderr);
    return stdout;
  };

  test('every pack verifies, by both verifiers, and all as a chain', async () => {
    const { status, stdout } = await verified(packs, rosters.slice(0, 1));
    assert.equal(status, 0, stdout);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, packs.length);
    assert.match(stdout, /^chain: no findings$/m);
    for (const name of ['lost', 'found']) {
      const shell = verifyShell(pack(name), rosters[NAMES.indexOf(name)] ?? '');
      assert.equal(shell.status, 0, shell.stdout);
    }
  });

  test('the ledger has the declaration, who approved it, and what opens that HSM as lost', () => {
    const [loss, ...more] = ledger('lost').losses ?? [];
    assert.equal(more.length, 0);
    assert.deepEqual(
      [loss?.kind, loss?.thing, loss?.state, loss?.since, loss?.exposed, loss?.how, loss?.witness, loss?.step],
      ['hsm', hsm(), 'lost', '2026-03-01', true, 'Gone from safe-2.', 'auditor-1', 'lost'],
    );
    assert.equal(loss?.approvedBy.length, 3);
    const states = (name: string) =>
      ledger(name).shareSets.flatMap(({ kind, hsm: of, state }) => (of === hsm() && kind !== 'kek' ? [state] : []));
    assert.deepEqual(
      [states('backup-split'), states('lost'), states('end')],
      [Array(2).fill('current'), Array(2).fill('lost'), Array(2).fill('lost')],
    );
    // Found, it was erased, and its envelopes were shredded.
    assert.deepEqual(states('found'), ['void', 'void']);
  });

  test('the key is to be decided about, and the margin is what is at hand', () => {
    const text = ledgerText('lost');
    assert.match(text, new RegExp(`^ {4}on HSM ${hsm()}, WHICH IS LOST, and nobody accounts for it$`, 'm'));
    assert.match(text, new RegExp(`^ {2}hsm ${hsm()}: lost since 2026-03-01, AND SOMEBODY MAY HAVE IT$`, 'm'));
    assert.match(
      text,
      new RegExp(`what is lost calls for it {2}key "root", on the HSM "root-hsm" \\(${hsm()}\\)$`, 'm'),
    );
    assert.match(text, /WARNING {2}user set [0-9a-f]+: its HSM is lost: /);
  });

  test('a destruction without it is incomplete, and the record says that it is lost', () => {
    const { complete, copies, key } = record('end');
    assert.deepEqual([complete, key.state], [false, 'active']);
    const lost = copies.filter((copy) => copy.lost);
    assert.deepEqual(
      lost.map(({ what, how }) => [what, how]),
      [
        ['hsm', null],
        ['share-set', null],
        ['share-set', null],
      ],
    );
    assert.deepEqual(
      copies.filter(({ how }) => how === null),
      lost,
    );
    assert.ok(
      said.includes(
        `- on the HSM ${hsm()}: LOST, NOT ACCOUNTED FOR: missed since 2026-03-01, Gone from safe-2.; declared by step "lost", `,
      ),
    );
    assert.match(said, /INCOMPLETE: nobody accounts for 3 of [0-9]+ copies, and 3 of these are lost/);
    assert.match(
      ledgerText('end'),
      /WARNING {2}key "root": it is on no HSM that is at hand \(.* is lost\), and no wrapped copy is kept: IT IS LOST$/m,
    );
  });

  test('found, it is seen by the guard, and destroyed: the record is complete', () => {
    assert.deepEqual(
      ledger('found').losses?.map(({ state, thing }) => [state, thing]),
      [
        ['lost', hsm()],
        ['found', hsm()],
      ],
    );
    const events = readFileSync(join(pack('found'), 'events.jsonl'), 'utf8');
    assert.match(
      events,
      new RegExp(`"kind":"hsm","protection":"[^"]+","seen":"${hsm()}","thing":"${hsm()}","to":"found"`),
    );
    assert.equal(record('found').complete, true, JSON.stringify(record('found').copies));
    assert.equal(ledger('found').keys[0]?.state, 'destroyed');
  });
});
