import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import type { Ledger, LedgerBackup, LedgerCopy, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { lostEntries } from '../../src/verify/chain/lasting-entries.ts';

const SET: LedgerShareSet = {
  ...{ id: 'aa'.repeat(16), kind: 'user', threshold: 2, check: NO_DIGEST, hsm: '1', state: 'current' },
  shares: ['alice', 'bob'].map((seat, index) => ({
    ...{ seat, x: index + 1, commitment: NO_DIGEST, envelope: NO_DIGEST, recipients: [NO_DIGEST] },
  })),
  ...{ unproven: [], envelopes: { 'envelopes 1': ['alice.p7m', 'bob.p7m'] } },
};
const PAGE = { seat: 'alice', unit: 'pages@alice', printedAt: '2026-01-01T00:00:00Z', pages: 1 };
const LEDGER = { keys: [], copies: [], certificates: [], crls: [], shareSets: [SET], tokens: [], custody: [] };
const backup = (state: LedgerBackup['state'], over: Partial<LedgerBackup> = {}): LedgerBackup => ({
  ...{ key: 'root', spkiSha256: NO_DIGEST, set: SET.id, algorithm: 'aes-256-kwp', file: 'root.kwp', state, step: 'b' },
  ...{ sha256: NO_DIGEST, size: 8, madeAt: '2026-01-01T00:00:00Z', media: ['backups 1'] },
  ...over,
});
const copy = (over: Partial<LedgerCopy> = {}): LedgerCopy => ({
  ...{ key: 'root', spkiSha256: NO_DIGEST, token: '2', step: 'a', provenAt: '2026-01-01T00:00:00Z' },
  ...over,
});
const RENEWED = [
  { seat: 'bob', step: 'c', renewedAt: '2027-01-01T00:00:00Z', roster: 'aa'.repeat(32), superseded: ['bb'.repeat(32)] },
];
const UNUSED = [{ set: 'cc'.repeat(16), step: 'backup', envelopes: { 'envelopes 1': ['x.p7m'] } }] as const;
const FORMER = [{ seat: 'dave', step: 'change', leftAt: '2026-01-01T00:00:00Z', roster: NO_DIGEST }];
const gone = { at: '2026-02-01T00:00:00Z', step: 'gone' };
const set = (state: LedgerShareSet['state'], over: Partial<LedgerShareSet> = {}) => ({
  shareSets: [{ ...SET, state, unproven: ['alice'], ...over }],
});

/** Lists of which something was lost. */
const lost = (before: Partial<Ledger>, after: Partial<Ledger>) =>
  lostEntries({ ...LEDGER, ...before } as unknown as Ledger, { ...LEDGER, ...after } as unknown as Ledger).map(
    ({ list }) => list,
  );

describe('what a ledger only ever adds to', () => {
  for (const [name, before, after, list] of [
    ['a backup that is kept no more', { backups: [backup('kept')] }, { backups: [backup('destroyed')] }, []],
    ['a destroyed backup that is kept', { backups: [backup('destroyed')] }, { backups: [backup('kept')] }, ['backups']],
    ['an orphan that is kept', { backups: [backup('orphan')] }, { backups: [backup('kept')] }, ['backups']],
    [
      'other bytes under its set',
      { backups: [backup('kept')] },
      { backups: [backup('kept', { size: 9 })] },
      ['backups'],
    ],
    ['a copy that was proven again', { copies: [copy()] }, { copies: [copy({ step: 'b' })] }, []],
    ['a copy that was restored again', { copies: [copy({ destroyed: gone })] }, { copies: [copy()] }, []],
    ['a copy that is elsewhere', { copies: [copy()] }, { copies: [copy({ token: '3' })] }, ['copies']],
    ['a set that was replaced', set('current'), set('superseded', { unproven: [] }), []],
    ['a set that is void no more', set('void'), set('superseded'), ['shareSets']],
    ['a replaced set that is current', set('superseded'), set('current'), ['shareSets']],
    ['a share that was proven and is not', set('current', { unproven: [] }), set('current'), ['shareSets']],
    ['envelopes elsewhere', set('current'), set('current', { envelopes: {} }), ['shareSets']],
    [
      'what lies on a medium and a page whose names others have taken since',
      { ...set('void', { paper: [PAGE] }), backups: [backup('destroyed')] },
      {
        ...set('void', {
          envelopes: { 'envelopes 1 (before ceremony 5)': ['alice.p7m', 'bob.p7m'] },
          paper: [{ ...PAGE, unit: 'pages@alice (before ceremony 5)' }],
        }),
        backups: [backup('destroyed', { media: ['backups 1 (before ceremony 5)'] })],
      },
      [],
    ],
    ['a share that is on paper no more', set('current', { paper: [PAGE] }), set('current'), ['shareSets']],
    ['envelopes that open nothing', { unused: UNUSED }, {}, ['unused']],
    [
      'the same on a medium whose name another has taken since',
      { unused: UNUSED },
      { unused: [{ ...UNUSED[0], envelopes: { 'envelopes 1 (before ceremony 5)': ['x.p7m'] } }] },
      [],
    ],
    ['whoever had left', { former: FORMER }, {}, ['former']],
    ['whose token was replaced', { renewed: RENEWED }, {}, ['renewed']],
    ['somebody else who left', { former: FORMER }, { former: [...FORMER, { ...FORMER[0], seat: 'erin' }] }, []],
  ] as readonly (readonly [string, Partial<Ledger>, Partial<Ledger>, readonly string[]])[])
    it(`${name}: ${list.join() || 'nothing is lost'}`, () => assert.deepEqual(lost(before, after), list));
});
