import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import {
  type Accounted,
  completeness,
  copyWords,
  destructionRecord,
  type WrappedCopy,
} from '../../src/ledger/destruction-record.ts';
import type { LedgerCopy, LedgerThing } from '../../src/ledger/ledger.ts';
import { destroying } from '../forge/destroying.ts';
import { recordCeremony } from '../forge/record.ts';

const recording = await recordCeremony(destroying);
const LEDGER: Accounted = deriveLedger(recording.plan, recording.events, (path) => recording.files.get(path));
const SPKI = LEDGER.keys[0]?.spkiSha256 ?? '';
const KEK = 'ee'.repeat(16);

const copy = (change: Partial<LedgerCopy> = {}): LedgerCopy => ({
  ...{ key: 'root', spkiSha256: SPKI, token: 'hsm-2', step: 'copy', provenAt: '2027-03-01T00:00:00Z' },
  ...change,
});
const blob = (change: Partial<WrappedCopy> = {}): WrappedCopy => ({
  ...{ spkiSha256: SPKI, set: KEK, file: `${KEK}-root.kwp`, media: ['backup.1', 'backup.2'], state: 'kept' },
  ...change,
});
const thing = (unit: string, state: LedgerThing['state']): LedgerThing => ({
  ...{ unit, kind: 'medium', make: null, serial: null, state, bag: null, place: null },
});
const kekSet = {
  ...(LEDGER.shareSets[0] as Accounted['shareSets'][number]),
  id: KEK,
  hsm: '',
  envelopes: { 'kek 1': ['a'] },
};

/** Two of its shares are on paper too. */
const onPaper = {
  ...kekSet,
  paper: [
    { seat: 'alice', unit: 'pages@alice', printedAt: '2027-03-01T00:00:00Z', pages: 1 },
    { seat: 'bob', unit: 'pages@bob', printedAt: null, pages: 0 },
  ],
};
const page = (seat: string, state: LedgerThing['state']): LedgerThing => ({
  ...thing(`pages@${seat}`, state),
  kind: 'paper-share',
});

function words(change: Partial<Accounted>): string[] {
  const record = destructionRecord({ ...LEDGER, ...change }, SPKI);
  assert.ok(record);
  return [completeness(record), ...record.copies.filter(({ how }) => how === null).map(copyWords)];
}
const COMPLETE = 'COMPLETE: every copy is accounted for';
const gone = { at: '2027-03-02T00:00:00Z', step: 'gone' };

describe('a destruction record', () => {
  const cases: readonly (readonly [name: string, change: Partial<Accounted>, ...said: string[]])[] = [
    ['of a key that was on one HSM', {}, COMPLETE],
    ['with a copy that was destroyed', { copies: [copy({ destroyed: gone })] }, COMPLETE],
    [
      'with a copy that nobody destroyed',
      { copies: [copy()] },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      'on the HSM hsm-2: NOBODY ACCOUNTS FOR IT',
    ],
    [
      'with a copy of which people only said that it exists',
      { copies: [copy({ token: 'vault of the old operator', provenAt: null, provenance: 'asserted' })] },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      'said to be with vault of the old operator: NOBODY ACCOUNTS FOR IT',
    ],
    [
      'with a copy that went with its HSM, which the computer states',
      { copies: [copy({ destroyed: { ...gone, stated: 'erased' } })] },
      COMPLETE,
    ],
    [
      'with a copy whose destruction was interrupted, and that was absent when it was finished',
      { copies: [copy({ destroyed: { ...gone, stated: 'absent' } })] },
      COMPLETE,
    ],
    [
      'with a copy whose destruction was finished, and no signature shows that it was there',
      { copies: [copy({ destroyed: { ...gone, stated: 'finished' } })] },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      'on the HSM hsm-2: NOTHING BUT THE COMPUTER STATES THAT IT IS GONE, step "gone", 2027-03-02T00:00:00Z',
    ],
    [
      'with such a copy, and people who saw its HSM destroyed',
      {
        copies: [copy({ destroyed: { ...gone, stated: 'finished' } })],
        custody: [{ ...thing('hsm-b', 'destroyed'), kind: 'hsm', serial: 'hsm-2' }],
      },
      COMPLETE,
    ],
    [
      'with such a copy, and another HSM destroyed',
      {
        copies: [copy({ destroyed: { ...gone, stated: 'finished' } })],
        custody: [
          { ...thing('hsm-b', 'destroyed'), kind: 'hsm', serial: 'hsm-3' },
          { ...thing('hsm-2', 'sealed'), kind: 'hsm', serial: 'hsm-2' },
        ],
      },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      'on the HSM hsm-2: NOTHING BUT THE COMPUTER STATES THAT IT IS GONE, step "gone", 2027-03-02T00:00:00Z',
    ],
    ['with a copy of another key', { copies: [copy({ spkiSha256: 'ab'.repeat(32) })] }, COMPLETE],
    [
      'with a wrapped copy, and what opens it',
      { backups: [blob()], shareSets: [...LEDGER.shareSets, kekSet] },
      'INCOMPLETE: nobody accounts for 2 of 5 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
      `opened by the share set ${KEK}: NOBODY ACCOUNTS FOR IT`,
    ],
    [
      'with a wrapped copy on two media, one of them destroyed',
      { backups: [blob()], custody: [thing('backup.1', 'destroyed'), thing('backup.2', 'sealed')] },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
    ],
    [
      'with a wrapped copy on media that are destroyed: what opens it opens nothing',
      {
        backups: [blob()],
        shareSets: [...LEDGER.shareSets, kekSet],
        custody: [thing('backup.1', 'destroyed'), thing('backup.2', 'destroyed')],
      },
      COMPLETE,
    ],
    [
      'whose envelopes are destroyed, and the wrapped copy is not',
      { backups: [blob()], shareSets: [...LEDGER.shareSets, kekSet], custody: [thing('kek.1', 'destroyed')] },
      'INCOMPLETE: nobody accounts for 1 of 5 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
    ],
    [
      'with a wrapped copy whose media are named as they were written',
      {
        backups: [blob({ media: ['backup 1', 'backup 2'], state: 'orphan' })],
        custody: [thing('backup.1', 'destroyed'), thing('backup.2', 'destroyed')],
      },
      COMPLETE,
    ],
    [
      'with a wrapped copy whose shares are on paper, one of them perhaps',
      { backups: [blob()], shareSets: [...LEDGER.shareSets, onPaper], custody: [page('alice', 'sealed')] },
      'INCOMPLETE: nobody accounts for 4 of 7 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
      `opened by the share set ${KEK}: NOBODY ACCOUNTS FOR IT`,
      'opened by the share on paper pages@alice: NOBODY ACCOUNTS FOR IT',
      'opened by the share on paper pages@bob: NOBODY ACCOUNTS FOR IT',
    ],
    [
      'whose envelopes are destroyed, and one page that was shredded: the other counts still',
      {
        backups: [blob()],
        shareSets: [...LEDGER.shareSets, onPaper],
        custody: [thing('kek.1', 'destroyed'), page('alice', 'destroyed')],
      },
      'INCOMPLETE: nobody accounts for 3 of 7 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
      `opened by the share set ${KEK}: NOBODY ACCOUNTS FOR IT`,
      'opened by the share on paper pages@bob: NOBODY ACCOUNTS FOR IT',
    ],
    [
      'whose envelopes are destroyed, and every page was shredded before people',
      {
        backups: [blob()],
        shareSets: [...LEDGER.shareSets, onPaper],
        custody: [thing('kek.1', 'destroyed'), page('alice', 'destroyed'), page('bob', 'destroyed')],
      },
      'INCOMPLETE: nobody accounts for 1 of 7 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
    ],
    [
      'whose set is void, and the pages with it: they open nothing, wherever they are',
      { backups: [blob({ state: 'destroyed' })], shareSets: [...LEDGER.shareSets, { ...onPaper, state: 'void' }] },
      COMPLETE,
    ],
    ['with a wrapped copy that is destroyed by its row', { backups: [blob({ state: 'destroyed' })] }, COMPLETE],
    [
      'with a wrapped copy on no medium that is known',
      { backups: [blob({ media: [] })] },
      'INCOMPLETE: nobody accounts for 1 of 4 copies',
      `wrapped in the file ${KEK}-root.kwp: NOBODY ACCOUNTS FOR IT`,
    ],
  ];
  for (const [name, change, ...said] of cases) test(name, () => assert.deepEqual(words(change), said));

  test('of a key that is still there names the HSM and what opens it', () => {
    const keys = LEDGER.keys.map(({ destroyed: _destroyed, ...key }) => ({ ...key, state: 'active' as const }));
    const said = words({ keys });
    assert.equal(said.length, 4);
    assert.match(
      said.join('\n'),
      /^INCOMPLETE: nobody accounts for 3 of 3 copies\non the HSM .*\nopened by the share set/,
    );
  });

  test('of a key that the ledger does not have is none', () => {
    assert.equal(destructionRecord(LEDGER, 'ab'.repeat(32)), undefined);
  });
});
