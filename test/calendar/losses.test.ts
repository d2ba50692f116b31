import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { dueDates } from '../../src/calendar/due-dates.ts';
import type { Known } from '../../src/calendar/ledger-view.ts';
import { thinMargins } from '../../src/calendar/quorum-margins.ts';
import type { Ledger, LedgerBackup, LedgerLoss } from '../../src/ledger/ledger.ts';
import { envelopeName } from '../../src/quorum/share-envelope.ts';
import { sample, shareSet, thing } from './sample.ts';

const SAMPLE = sample();
const SET = 'aa'.repeat(16);
const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);
const KNOWN: Known = {
  people: new Map(),
  roster: { members: OFFICERS.map((seat) => ({ seat })) } as unknown as Known['roster'],
};
const KEY = { ...(SAMPLE.ledger.keys[0] as Ledger['keys'][number]), token: 'HSM-1' };
const COPY = {
  key: KEY.name,
  spkiSha256: KEY.spkiSha256,
  token: 'HSM-2',
  step: 'copy',
  provenAt: '2027-03-01T00:00:00Z',
};
const LEDGER: Ledger = { ...SAMPLE.ledger, keys: [KEY], copies: [COPY], shareSets: [shareSet(SET)], custody: [] };
const KEK = shareSet(SET, {
  kind: 'kek',
  envelopes: { 'e 1': OFFICERS.map((seat) => envelopeName(SET, seat)), 'e 2': [] },
});
const BACKUP: LedgerBackup = {
  ...{ key: KEY.name, spkiSha256: KEY.spkiSha256, set: SET, algorithm: 'aes-256-kwp', file: 'root.kwp', sha256: null },
  ...{ size: null, media: ['b 1', 'b 2'], step: 'b', madeAt: '2027-03-02T00:00:00Z', state: 'kept' },
};

const loss = (more: Partial<LedgerLoss> = {}): LedgerLoss => ({
  ...{ kind: 'hsm', thing: 'HSM-1', state: 'lost', since: '2027-04-01', exposed: true, how: 'Gone.' },
  ...{ circumstances: '-', witness: 'w', step: 'gone', at: '2027-04-02T00:00:00Z', approvedBy: [] },
  ...more,
});
const card = (number: number, more: Partial<LedgerLoss> = {}) =>
  loss({
    ...{ kind: 'quorum-token', thing: sha256(`signs ${number}`) },
    ...{ holder: { seat: `crypto-officer-${number}`, key: sha256(`card ${number}`) }, ...more },
  });
const warned = (change: Partial<Ledger>) =>
  thinMargins({ ...LEDGER, ...change }, KNOWN).map(({ kind, says }) => `${kind}: ${says}`);
const due = (change: Partial<Ledger>) =>
  dueDates({ ...SAMPLE, ledger: { ...LEDGER, ...change } }).dates.flatMap(({ kind, at, what, says }) =>
    kind === 'loss' ? [`${at} ${what}: ${says}`] : [],
  );

describe('margins count without what is lost', () => {
  const oneOf = (says: string) => says.startsWith('one-hsm');

  test('HSMs', () => {
    assert.deepEqual(warned({}).filter(oneOf), []);
    assert.deepEqual(warned({ losses: [loss()] }).filter(oneOf), [
      'one-hsm: it is on the HSM HSM-2 alone (the HSM HSM-1 is lost), and no wrapped copy is kept: with that HSM it is lost',
    ]);
    assert.deepEqual(warned({ losses: [loss(), loss({ state: 'found' })] }).filter(oneOf), []);
    assert.deepEqual(warned({ losses: [loss(), loss({ thing: 'HSM-2' })] }).filter(oneOf), [
      'one-hsm: it is on no HSM that is at hand (the HSM HSM-1, HSM-2 is lost), and no wrapped copy is kept: IT IS LOST',
    ]);
  });

  test('media with wrapped copies', () => {
    const lost = (...media: readonly string[]) => media.map((one) => loss({ kind: 'medium', thing: one }));
    const of = (losses: readonly LedgerLoss[], custody: Ledger['custody'] = []) =>
      warned({ backups: [BACKUP], copies: [], losses, custody });
    assert.deepEqual(of(lost('b.1')).filter(oneOf), []);
    assert.equal(of(lost('b.1', 'b.2')).filter(oneOf).length, 1);
    const things = [thing('b.1', null, { state: 'lost' }), thing('b.2', 'safe')];
    assert.ok(of(lost('b.1'), things).includes('wrapped-copies: one medium with a wrapped copy is left'));
  });

  test('quorum tokens, and pages in their place', () => {
    const few = (change: Partial<Ledger>) => warned(change).filter((one) => /^(few-spare|left)/.test(one));
    assert.deepEqual(few({}), []);
    assert.deepEqual(few({ losses: [card(1)] }), [
      'left: the tokens of crypto-officer-1 are lost, and nothing else opens their share: a rotation makes it worthless',
      'few-spare: 3 open it, and one may be missing: fewer than 2 to spare',
    ]);
    // Another token of theirs opens it too.
    const shares = shareSet(SET).shares.map((share) => ({
      ...share,
      recipients: [...share.recipients, sha256(share.seat)],
    }));
    assert.deepEqual(few({ shareSets: [shareSet(SET, { shares })], losses: [card(1)] }), []);
    const paper = [{ seat: 'crypto-officer-1', unit: 'pages@crypto-officer-1', printedAt: null, pages: 1 }];
    const spare = (losses: readonly LedgerLoss[]) =>
      few({ shareSets: [{ ...KEK, paper }], losses }).filter((one) => one.startsWith('few-spare'));
    assert.deepEqual(spare([card(1)]), []);
    assert.equal(spare([card(1), loss({ kind: 'paper-share', thing: 'pages@crypto-officer-1' })]).length, 1);
  });

  test('the set of an HSM that is lost', () => {
    assert.deepEqual(
      warned({ shareSets: [shareSet(SET, { state: 'lost' })] }).filter((one) => one.startsWith('lost')),
      [
        'lost: its HSM is lost: it opens that one and nothing else, and counts as a live copy until that is accounted for',
      ],
    );
  });
});

describe('what a loss calls for', () => {
  const DECIDE =
    'the quorum decides whether the key is compromised ("set-key-state"), and what it has signed is replaced';

  test('of a key that somebody may have, until it is decided, or declared that nobody has it', () => {
    const lines = [
      `2027-04-02T00:00:00Z key "${KEY.name}", on the HSM "HSM-1": lost since 2027-04-01, and somebody may have it, or had it: ${DECIDE}`,
    ];
    const text = (change: Partial<Ledger>) =>
      due(change).map((one) => one.replace(/the HSM "[^"]*" \(HSM-1\)/, 'the HSM "HSM-1"'));
    assert.deepEqual(text({ losses: [loss()] }), lines);
    assert.deepEqual(text({ losses: [loss(), loss({ exposed: false })] }), []);
    assert.deepEqual(text({ losses: [loss()], keys: [{ ...KEY, state: 'compromised' }] }), []);
    assert.deepEqual(text({ losses: [loss()], keys: [{ ...KEY, state: 'deactivated' }] }), lines);
    // Whoever had it may have used it.
    assert.equal(text({ losses: [loss(), loss({ state: 'found', since: '2027-05-01' })] }).length, 1);
    assert.match(
      text({ losses: [loss(), loss({ state: 'found', since: '2027-05-01' })] })[0] ?? '',
      /found on 2027-05-01/,
    );
  });

  test('no drill of a copy that is lost', () => {
    const drills = (losses: readonly LedgerLoss[]) =>
      dueDates({ ...SAMPLE, ledger: { ...LEDGER, losses } }).dates.filter(({ kind }) => kind === 'restore-drill')
        .length;
    assert.deepEqual([drills([]), drills([loss({ thing: 'HSM-2' })])], [1, 0]);
  });

  test('of a share that somebody may open, until its set is void', () => {
    assert.match(
      due({ losses: [card(1)] })[0] ?? '',
      /user set a+, by the quorum token of crypto-officer-1: .*replace the set/,
    );
    assert.deepEqual(due({ losses: [card(1)], shareSets: [shareSet(SET, { state: 'void' })] }), []);
    assert.deepEqual(due({ losses: [card(9)] }), []);
    const paper = [{ seat: 'crypto-officer-1', unit: 'pages@crypto-officer-1', printedAt: null, pages: 1 }];
    const page = loss({ kind: 'paper-share', thing: 'pages@crypto-officer-1' });
    assert.match(
      due({ losses: [page], shareSets: [{ ...KEK, paper }] })[0] ?? '',
      /kek set a+, by the page .*another backup/,
    );
  });

  test('of what a medium holds', () => {
    const lost = (name: string) =>
      due({ backups: [BACKUP], shareSets: [KEK], losses: [loss({ kind: 'medium', thing: name })] });
    assert.deepEqual(
      lost('b.1').map((one) => one.replace(/:.*/s, '')),
      ['2027-04-02T00'],
    );
    assert.match(lost('b.1')[0] ?? '', /key ".*", on the medium "b\.1"/);
    assert.match(lost('e.1')[0] ?? '', /kek set a+, by the medium "e\.1": .*replace the set/);
    // Nothing of that set lies on it.
    assert.deepEqual(lost('e.2'), []);
    const files = [{ module: 'm', folder: '/f', files: [], keys: [KEY.spkiSha256], media: ['keys'] }];
    assert.equal(due({ keyFiles: files, losses: [loss({ kind: 'medium', thing: 'keys' })] }).length, 1);
  });
});
