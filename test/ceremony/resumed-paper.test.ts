import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import type { Event, ObservationEvent } from '../../src/transcript/event.ts';
import { hold, SCRIPT, type Setting, setting } from './conducted.ts';
import type { Table } from './kill-points.ts';
import { assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const MATERIALS = `materials:
  laptop: { kind: computer, arrives: open }
  hsm:    { kind: hsm, token: root-hsm, arrives: open }
  cards:  { kind: quorum-token, each: crypto-officer, arrives: open }
  pages:  { kind: paper-share, each: crypto-officer, arrives: blank }
  bags:   { kind: bag, spare: 2 }
acts:
`;
const BACKED_UP = `  - title: Backup
    steps:
      - { id: backup, step: back-up-key, by: administrator, check: witness, with: { key: root, token: root-hsm, holders: crypto-officer, envelopes: kek-envelopes, backups: backups, paper: pages } }
`;
const AWAY = `      - { id: hsm-away, step: seal, by: administrator, check: witness, with: { item: hsm, keep: safe } }
      - { id: pages-away, step: seal, each: crypto-officer, check: witness, with: { item: pages, keep: own-box } }
`;
const PUT_AWAY = `  - title: After the program ends
    on: paper
    always: true
    steps:
      - { id: laptop-away, step: seal, by: administrator, check: witness, with: { item: laptop, keep: safe } }
      - { id: cards-away, step: seal, each: crypto-officer, check: witness, with: { item: cards, keep: own-box } }
      - { id: leave, step: sign-out, each: all, check: witness }
evidence: [ink-pages, auditor-report]
`;

/** The shipped generation of a root key with custody, at the end of which the key is backed up, and its shares are on paper. */
function script(): string {
  const put = (text: string, from: string | RegExp, to: string) => {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, String(from));
    return changed;
  };
  const changes: readonly (readonly [string | RegExp, string])[] = [
    ['{ of: 5, present: 5,', '{ of: 3, present: 3,'],
    ['{ administer: 3, inventory: 3, generate: 3, sign: 3 }', '{ administer: 2, inventory: 2, generate: 2, sign: 2 }'],
    ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }'],
    ['acts:\n', MATERIALS],
    [
      '      - { id: briefing,',
      '      - { id: arrive, step: sign-in, each: all, check: witness }\n      - { id: briefing,',
    ],
    [
      /^( +- \{ id: roll-call,)/m,
      '      - { id: table, step: check-materials, by: administrator, check: witness }\n$1',
    ],
    [/^( +- \{ id: lock,.*\n)/m, `$1${BACKED_UP}`],
    [
      /^( +- \{ id: witnessed,)/m,
      '      - { id: verified, step: verify-elsewhere, by: auditor, with: { medium: evidence } }\n$1',
    ],
    [/^( +- \{ id: close,)/m, `${AWAY}$1`],
    [/^evidence: .*\n/m, PUT_AWAY],
  ];
  return changes.reduce((text, [from, to]) => put(text, from, to), readFileSync(SCRIPT, 'utf8'));
}

const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 3, present: 3 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 2, evidence: 2, publish: 2, 'kek-envelopes': 2, backups: 2 },
  quorums: { administer: 2, inventory: 2, generate: 2, sign: 2 },
  materials: { pages: { kind: 'paper-share', sealed: false, each: 'crypto-officer', copies: 3 } },
  vendor: [],
  enrols: {},
};

const OFFICERS = [1, 2, 3].map((number) => `crypto-officer-${number}`);

describe('a backup that is interrupted while its shares are printed', { concurrency: false }, () => {
  let set: Setting;
  const table = () => ({ set }) as unknown as Table;
  const pages = (): (Event & ObservationEvent)[] =>
    eventsIn(set.out).filter(
      (event): event is Event & ObservationEvent => event.type === 'observation' && event.subject === 'paper-share',
    );
  const said = () => pages().map(({ facts }) => `${facts['seat']} ${facts['state']}`);

  before(async () => {
    set = await setting(
      {
        script: (folder) => {
          writeFileSync(join(folder, 'paper.yaml'), script());
          return join(folder, 'paper.yaml');
        },
      },
      CAST,
    );
  });
  after(() => {
    set?.stage.printer?.close();
    rmSync(set.folder, { recursive: true, force: true });
  });

  test('goes on with the same set, prints what nobody has read back, and says that a page may lie there', async () => {
    let core: { kill(signal: 'SIGKILL'): boolean } | undefined;
    const killed = await hold(set, {
      onStarted: (started) => {
        core = started.core;
      },
      // The second page has come out of the printer; then the power fails.
      leavesPaper: (prompt) => prompt.startsWith('crypto-officer-2, row 1') && core?.kill('SIGKILL') === true,
    });
    assert.equal(killed.code, 137, killed.stderr);
    const [first, second, third] = OFFICERS as [string, string, string];
    assert.deepEqual(said(), [`${first} printing`, `${first} read-back`, `${second} printing`]);
    await assertVerifies(table(), 'interrupted', 'killed');
    const left = filesIn(set.out);

    const wentOn = await hold(set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    assertNothingLost(left, filesIn(set.out), 'went on');
    await assertVerifies(table(), 'complete', 'went on');
    execFileSync('sh', ['verify.sh', String(set.stage.start['expectedRoster'])], { cwd: set.out });
    assert.deepEqual(said(), [
      ...[`${first} printing`, `${first} read-back`, `${second} printing`],
      // The guard that wraps has not seen the first page.
      ...[`${first} reading`, `${first} read-back`],
      ...[`${second} printing`, `${second} read-back`, `${third} printing`, `${third} read-back`],
    ]);
    const sets = new Set(pages().map(({ facts }) => facts['set']));
    assert.equal(sets.size, 1, 'what was printed before is of the set that the key is wrapped under');
    assert.doesNotMatch(wentOn.screen, new RegExp(`PRINTED FOR ${first}`));
    assert.match(wentOn.screen, new RegExp(`THE PAPER SHARE OF ${first} IS READ BACK ONCE MORE`));
    const shredded = eventsIn(set.out).filter((event) => event.type === 'answer' && event.step === 'backup');
    assert.deepEqual(
      shredded.map(
        (event) => event.type === 'answer' && [event.values['seat'], event.values['answer'], event.checkedBy],
      ),
      [[second, 'done', ['witness-1']]],
    );
    assert.match(wentOn.screen, new RegExp(`${first}: none printed here, read back`));
    assert.match(wentOn.screen, new RegExp(`${second}: 1 printed here, read back`));
    assert.match(wentOn.screen, /told of +wrap-key of step "backup" [^\n]*BEGUN, end unknown/);
    assert.match(wentOn.screen, /the shares of its set are on paper too/);
    const [, ofSecond = '', ofThird = ''] = wentOn.screen.split('A PAPER SHARE IS PRINTED FOR ');
    assert.match(ofSecond, /^crypto-officer-2/);
    assert.match(ofSecond, /A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE/);
    // Of a set that it has not made itself a guard believes nobody that no page lies there.
    assert.match(ofThird, /A PAGE OF THEIRS MAY HAVE BEEN PRINTED BEFORE/);
    const { shareSets, backups = [] } = readLedger(readFileSync(join(set.out, 'ledger.json')));
    const kek = shareSets.filter(({ kind }) => kind === 'kek');
    assert.deepEqual(
      kek.map(({ id, paper }) => [id, paper?.map(({ unit }) => unit)]),
      [[backups[0]?.set, OFFICERS.map((seat) => `pages@${seat}`)]],
    );
    assert.ok(kek[0]?.paper?.every(({ printedAt, pages }) => printedAt !== null && pages === 1));
  });
});
