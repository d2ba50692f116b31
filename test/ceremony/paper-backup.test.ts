import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { eventsIn } from './went-on.ts';

const shipped = (name: string) => readFileSync(join(PROGRAM_ROOT, 'ceremonies', `${name}.yaml`), 'utf8');
const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);

/** The shipped script, with its shares on paper as its comment says. */
function onPaper(): string {
  return shipped('backup-split')
    .replaceAll(/^( *)# (paper-shares:|- \{ id: papers-away)/gm, '$1$2')
    .replace('backups: backups } }', 'backups: backups, paper: paper-shares } }');
}

const SHREDDED = `      - { id: papers-shredded, step: destroy-material, each: crypto-officer, check: auditor, with: { item: paper-shares } }
`;

/** The end of the old HSM: the pages are shredded; of the wrapped copy and its envelopes nobody brings a medium. */
function destroyed(): string {
  return shipped('destruction')
    .replaceAll(/^ +- \{ id: (?:backups|kek)-.*\n/gm, '')
    .replaceAll(/^ {2}(?:backups|kek-envelopes): .*\n/gm, '')
    .replace('  - title: Its wrapped copies\n    steps:\n', `  - title: The pages\n    steps:\n${SHREDDED}`)
    .replace('last: true, ', '')
    .replace(/^( {2}cards: .*\n)/m, '$1  paper-shares:  { kind: paper-share, each: crypto-officer, arrives: sealed }\n')
    .replace(
      /^( +- \{ id: roll-call,.*\n)/m,
      '$1      - { id: papers-out, step: unseal, each: crypto-officer, check: witness, with: { item: paper-shares } }\n',
    )
    .replace(
      /^( +- \{ id: close,)/m,
      '      - { id: papers-away, step: seal, each: crypto-officer, check: witness, with: { item: paper-shares, keep: own-box } }\n$1',
    );
}

describe('a backup whose shares are on paper too', { concurrency: false }, () => {
  let folder = '';
  let packs: string[] = [];
  let roster = '';
  let said = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-paper-backup-test-'));
    const own = (name: string, text: string) => {
      writeFileSync(join(folder, `${name}.yaml`), text);
      return join(folder, `${name}.yaml`);
    };
    const root = shipped('root-generation').replace(
      'algorithm: ecdsa-p384 }',
      'algorithm: ecdsa-p384, wrappable: true }',
    );
    const scripts = [
      ...[own('root', root), own('backup', onPaper()), own('restore', shipped('restore'))],
      own('end', destroyed()),
    ];
    const { status, stdout, stderr } = quorate('rehearse', ...scripts, '--out', join(folder, 'packs'), '--json');
    assert.equal(status, 0, stderr.slice(-3000));
    said = stderr;
    const [first = ''] = stdout.split('\n');
    ({ roster } = JSON.parse(first) as { roster: string });
    packs = ['root', 'backup', 'restore', 'end'].map((name, index) => join(folder, 'packs', `0${index + 1}-${name}`));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const pack = (number: number) => packs[number - 1] as string;
  const ledger = (number: number): Ledger => readLedger(readFileSync(join(pack(number), 'ledger.json')));
  const events = (number: number) => eventsIn(pack(number));
  const kek = (number: number) => ledger(number).shareSets.find(({ kind }) => kind === 'kek');

  test('each pack verifies by itself and in the chain, and by the shell script', () => {
    const { status, stdout } = quorate('verify', ...packs, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(status, 0, stdout);
    assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, 4);
    for (const one of packs) {
      const shell = verifyShell(one, roster);
      assert.equal(shell.status, 0, shell.stdout);
    }
  });

  test('the quorum approved that it is on paper; each page was recorded before and after, and then the key was wrapped', () => {
    const all = events(2);
    const proposed = all.find((event) => event.type === 'proposed' && event.operation === 'wrap-key');
    assert.ok(proposed?.type === 'proposed');
    assert.equal(proposed.descriptor['paper'], true);
    const intent = all.find((event) => event.type === 'intent' && event.proposal === proposed.seq);
    const pages = all.filter((event) => event.type === 'observation' && event.subject === 'paper-share');
    assert.deepEqual(
      pages.map(
        (event) => event.type === 'observation' && [event.facts['seat'], event.facts['unit'], event.facts['state']],
      ),
      OFFICERS.flatMap((seat) => ['printing', 'read-back'].map((state) => [seat, `paper-shares@${seat}`, state])),
    );
    assert.ok(pages.every(({ seq }) => seq > proposed.seq && seq < (intent?.seq ?? 0)));
  });

  test('the ledger has each page as a live copy, and so has what people read of it', () => {
    const { paper = [], state } = kek(2) ?? {};
    assert.equal(state, 'current');
    assert.deepEqual(
      paper.map(({ seat, unit }) => [seat, unit]),
      OFFICERS.map((seat) => [seat, `paper-shares@${seat}`]),
    );
    for (const { printedAt } of paper) assert.match(printedAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(kek(3)?.paper, paper);
    const { stdout, stderr } = quorate('ledger', pack(1), pack(2), '--expect', 'rehearsal', '--roster', roster);
    for (const seat of OFFICERS)
      assert.match(stdout, new RegExp(`on paper: .*${seat} \\("paper-shares@${seat}", printed`), stderr);
  });

  test('a share whose envelope is lost is read from its page, and the record says whose', () => {
    assert.match(
      said,
      /The share envelope of "crypto-officer-1" is on no medium: they have it on paper, and type that/,
    );
    const restored = events(3).find(
      (event) => event.type === 'result' && 'set' in event.facts && 'spki' in event.facts,
    );
    assert.ok(restored?.type === 'result');
    assert.deepEqual(restored.facts['paperShares'], ['crypto-officer-1']);
  });

  test('pages that were shredded before people are accounted for; what they opened is not, and the ledger lists none of them', () => {
    const record = JSON.parse(
      readFileSync(join(pack(4), 'destruction', 'accounted.json'), 'utf8'),
    ) as DestructionRecord;
    assert.equal(record.complete, false);
    assert.deepEqual(
      record.copies.filter(({ what }) => what === 'paper-share').map(({ where, how }) => [where, how]),
      OFFICERS.map((seat) => [`paper-shares@${seat}`, 'destroyed before people']),
    );
    const open = new Set(record.copies.flatMap(({ where, how }) => (how === null ? [where] : [])));
    assert.ok(open.has(kek(4)?.id ?? '') && open.has(`${kek(4)?.id}-root.kwp`), [...open].join());
    assert.equal(kek(4)?.paper?.length, 5, 'a ledger forgets nothing');
    const { stdout } = quorate('ledger', ...packs, '--expect', 'rehearsal', '--roster', roster);
    assert.match(stdout, /kek set /);
    assert.doesNotMatch(stdout, /on paper/);
  });

  test('nothing of a row is in any pack', () => {
    for (const one of packs) {
      for (const entry of readdirSync(one, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const text = readFileSync(join(entry.parentPath, entry.name), 'latin1');
        assert.ok(!text.includes('QUORATE1'), entry.name);
        assert.doesNotMatch(text, /(?:[0-9A-HJKMNP-TV-Z]{4} ){4} [0-9A-HJKMNP-TV-Z]{5}/, entry.name);
      }
    }
  });

  test('the report says that there are pages, and whose', () => {
    const text = execFileSync('pdftotext', ['-layout', join(pack(2), 'views', 'report.pdf'), '-'], {
      encoding: 'utf8',
    });
    assert.match(text, /On paper too/);
    for (const seat of OFFICERS) assert.match(text, new RegExp(`paper-shares@${seat}`));
  });
});
