import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { crlDates } from '../../src/calendar/crl-dates.ts';
import { INTERVALS } from '../../src/calendar/due-date.ts';
import { dueDates } from '../../src/calendar/due-dates.ts';
import { ledgerText } from '../../src/calendar/ledger-text.ts';
import { type Known, ledgerView } from '../../src/calendar/ledger-view.ts';
import { thinMargins } from '../../src/calendar/quorum-margins.ts';
import type { Accounted } from '../../src/ledger/destruction-record.ts';
import type { Ledger, LedgerBackup, LedgerKey, LedgerThing } from '../../src/ledger/ledger.ts';
import { envelopeName } from '../../src/quorum/share-envelope.ts';
import { sample, shareSet, thing } from './sample.ts';

const SAMPLE = sample();
const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);
const person = (name: string) => ({ name, organisation: 'Example Org' });
const KNOWN: Known = {
  people: new Map(OFFICERS.map((seat) => [seat, person(`Name of ${seat}`)])),
  roster: { members: OFFICERS.map((seat) => ({ seat })) } as unknown as Known['roster'],
};
const SET = 'aa'.repeat(16);
const HSM_1 = { ...(SAMPLE.ledger.keys[0] as Ledger['keys'][number]), token: 'HSM-1' };
const SOUND: Ledger = {
  ...SAMPLE.ledger,
  keys: [HSM_1],
  copies: [
    { key: HSM_1.name, spkiSha256: HSM_1.spkiSha256, token: 'HSM-2', step: 's', provenAt: '2027-03-10T09:00:00Z' },
  ],
  shareSets: [shareSet(SET)],
  boxes: Object.fromEntries(OFFICERS.map((seat) => [seat, `bank of ${seat}`])),
  custody: [],
};
const card = (seat: string, place: string): LedgerThing => thing(`cards@${seat}`, place, { kind: 'quorum-token' });

/** A set that opens a wrapped copy, its envelopes on two media; and one with pages of those officers as well. */
const EVERY = OFFICERS.map((seat) => envelopeName(SET, seat));
const KEK = shareSet(SET, { kind: 'kek', envelopes: { 'e 1': EVERY, 'e 2': EVERY } });
const withPages = (...numbers: number[]) => ({
  ...KEK,
  paper: numbers.map((number) => ({
    ...{
      seat: `crypto-officer-${number}`,
      unit: `pages@crypto-officer-${number}`,
      printedAt: '2026-01-01T00:00:00Z',
      pages: 1,
    },
  })),
});
const page = (number: number, place: string) => thing(`pages@crypto-officer-${number}`, place, { kind: 'paper-share' });
const wrapped = (more: Partial<LedgerBackup> = {}): LedgerBackup => ({
  ...{ key: 'root', spkiSha256: HSM_1.spkiSha256, set: SET, algorithm: 'aes-256-kwp' },
  ...{ file: 'x.kwp', sha256: sha256('x'), size: 88, media: ['b 1', 'b 2'], step: 'backup' },
  ...{ madeAt: '2026-01-01T00:00:00Z', state: 'kept' },
  ...more,
});

function warned(change: Partial<Ledger & Accounted>, known: Known = KNOWN): string[] {
  return thinMargins({ ...SOUND, ...change }, known).map(({ kind, says }) => `${kind}: ${says}`);
}

describe('a margin that is thin', () => {
  const cases: readonly (readonly [name: string, change: Partial<Ledger & Accounted>, ...said: string[]])[] = [
    ['none, where three of five open it and the key is on two HSMs', {}],
    ['none of a set that is void', { shareSets: [shareSet(SET, { state: 'void', threshold: 5 })] }],
    [
      'a wrapped copy that somebody who left could help to open',
      {
        shareSets: [
          shareSet(SET, {
            kind: 'kek',
            shares: [...shareSet(SET).shares.slice(1), { ...shareSet(SET).shares[0], seat: 'gone' }],
          } as never),
        ],
      },
      'left: gone hold a share and are on the roster no more: the end of the wrapped copy makes it worthless',
      'few-spare: 3 open it, and one may be missing: fewer than 2 to spare',
    ],
    [
      'one to spare',
      { shareSets: [shareSet(SET, { threshold: 4 })] },
      'few-spare: 4 open it, and one may be missing: fewer than 2 to spare',
    ],
    [
      'nobody to spare',
      { shareSets: [shareSet(SET, { threshold: 5 })] },
      'few-spare: 5 open it, and nobody may be missing: fewer than 2 to spare',
    ],
    [
      'a set that was replaced and is not void',
      { shareSets: [shareSet(SET, { state: 'superseded' })] },
      'not-void: it was replaced and is not void: with it old copies of what it opened are opened, until they are destroyed',
    ],
    [
      'a rotation of which nobody knows the end',
      { shareSets: [shareSet(SET, { state: 'begun' })] },
      'rotation-begun: whether the HSM has its PIN nobody knows: finish the rotation',
    ],
    [
      'two of three cards in one place',
      {
        custody: [
          card('crypto-officer-1', 'vault'),
          card('crypto-officer-3', 'vault'),
          card('crypto-officer-4', 'own-box'),
        ],
      },
      'one-place: the tokens of crypto-officer-1, crypto-officer-3 lie in one place, vault: 2 of the 3 that open it',
    ],
    ['none, where each lies in a box of its own', { custody: OFFICERS.map((seat) => card(seat, 'own-box')) }],
    [
      'two of three boxes in one building',
      {
        boxes: { ...SOUND.boxes, 'crypto-officer-1': 'branch', 'crypto-officer-4': 'branch' },
        custody: OFFICERS.map((seat) => card(seat, 'own-box')),
      },
      'one-place: the tokens of crypto-officer-1, crypto-officer-4 lie in one place, branch, in boxes of their own: 2 of the 3 that open it',
    ],
    [
      'a box beside a card that lies in that place',
      {
        boxes: { ...SOUND.boxes, 'crypto-officer-2': 'vault' },
        custody: [card('crypto-officer-1', 'vault'), card('crypto-officer-2', 'own-box')],
      },
      'one-place: the tokens of crypto-officer-1, crypto-officer-2 lie in one place, vault, 1 in boxes of their own: 2 of the 3 that open it',
    ],
    [
      'boxes of which nobody says where they are',
      {
        boxes: { 'crypto-officer-2': 'vault' },
        custody: [1, 2, 3].map((number) => card(`crypto-officer-${number}`, 'own-box')),
      },
      'boxes: nobody says where those of crypto-officer-1, crypto-officer-3 are: whether what opens an HSM lies in one place cannot be told; name their places in the site ("boxes")',
    ],
    [
      'none, where the card that lies there is not the one that opens it any more',
      {
        custody: [
          ...[card('crypto-officer-1', 'vault'), card('crypto-officer-3', 'vault')],
          thing('new-card@crypto-officer-3', 'own-box', { kind: 'quorum-token' }),
        ],
      },
    ],
    [
      'pages in boxes beside the wrapped copy',
      {
        shareSets: [withPages(1, 2, 3, 4, 5)],
        backups: [wrapped()],
        boxes: { ...SOUND.boxes, 'crypto-officer-1': 'bank' },
        custody: [
          ...[thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'bank'), thing('e.2', 'other')],
          page(1, 'own-box'),
        ],
      },
      'wrapped-beside: its wrapped copy x.kwp lies in one place, bank, with 1 of its shares on paper and envelopes of 4 more, and 3 open it: put them apart',
    ],
    [
      'both media in one safe',
      {
        shareSets: [shareSet(SET, { envelopes: { 'envelopes 1': [], 'envelopes 2': [] } })],
        custody: [thing('envelopes.1', 'safe'), thing('envelopes.2', 'safe')],
      },
      'envelopes: every medium with its envelopes lies in one place, safe',
    ],
    [
      'one medium left',
      {
        shareSets: [shareSet(SET, { envelopes: { 'envelopes 1': [], 'envelopes 2': [] } })],
        custody: [thing('envelopes.1', null, { state: 'destroyed' })],
      },
      'envelopes: one medium with its envelopes is left',
    ],
    [
      'two shares of one token',
      {
        shareSets: [
          shareSet(SET, {
            shares: shareSet(SET).shares.map((one, index) =>
              index === 1 ? { ...one, recipients: shareSet(SET).shares[0]?.recipients ?? [] } : one,
            ),
          }),
        ],
      },
      `one-person: crypto-officer-1 and crypto-officer-2 are shares of one token (${shareSet(SET).shares[0]?.recipients[0]?.slice(0, 16)}…): two shares in one hand`,
    ],
    [
      'a key on one HSM',
      { copies: [] },
      'one-hsm: it is on the HSM HSM-1 alone, and no wrapped copy is kept: with that HSM it is lost',
    ],
    ['none, where a wrapped copy is kept', { copies: [], backups: [wrapped()] }],
    [
      'one medium with a wrapped copy left',
      { backups: [wrapped()], custody: [thing('b.1', 'site A'), thing('b.2', null, { state: 'destroyed' })] },
      'wrapped-copies: one medium with a wrapped copy is left',
    ],
    [
      'all media with wrapped copies of a key in one place, of whichever file',
      {
        backups: [wrapped({ media: ['b 1'] }), wrapped({ media: ['c 1'], set: 'ef'.repeat(16) })],
        custody: [thing('b.1', 'safe'), thing('c.1', 'safe')],
      },
      'wrapped-copies: every medium with a wrapped copy lies in one place, safe',
    ],
    [
      'none, where custody does not say where one of them is',
      { backups: [wrapped()], custody: [thing('b.1', 'safe'), thing('b.2', null, { state: 'open' })] },
    ],
    [
      'a wrapped copy beside the envelopes of its set',
      {
        shareSets: [KEK],
        backups: [wrapped()],
        custody: [thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'safe'), thing('e.2', 'other')],
      },
      'wrapped-beside: its wrapped copy x.kwp lies in one place, safe, with envelopes of 5 of its shares, and 3 open it: put them apart',
    ],
    [
      'one that may restore or not beside them as well',
      {
        shareSets: [KEK],
        backups: [wrapped({ state: 'orphan' })],
        custody: [thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'safe'), thing('e.2', 'other')],
      },
      'wrapped-beside: its wrapped copy x.kwp lies in one place, safe, with envelopes of 5 of its shares, and 3 open it: put them apart',
    ],
    [
      'none, where they lie apart, or it is destroyed, or they are',
      {
        shareSets: [KEK, { ...KEK, id: 'ef'.repeat(16), state: 'void' }],
        backups: [
          wrapped(),
          wrapped({ media: ['e 2'], state: 'destroyed' }),
          wrapped({ media: ['e 1'], set: 'ef'.repeat(16) }),
        ],
        custody: [thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'third'), thing('e.2', 'other')],
      },
    ],
    [
      'a wrapped copy beside a page and as many envelopes more as open it, and not beside one fewer',
      {
        shareSets: [
          { ...withPages(1, 2), envelopes: { 'e 1': [envelopeName(SET, 'crypto-officer-3')], 'e 2': EVERY } },
        ],
        backups: [wrapped()],
        custody: [
          ...[thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'safe'), thing('e.2', 'other')],
          ...[page(1, 'safe'), page(2, 'safe')],
        ],
      },
      'one-place: the pages of crypto-officer-1, crypto-officer-2 lie in one place, safe: 2 of the 3 that open it',
      'wrapped-beside: its wrapped copy x.kwp lies in one place, safe, with 2 of its shares on paper and envelopes of 1 more, and 3 open it: put them apart',
    ],
    [
      'pages in one place, where the wrapped copy is not',
      {
        shareSets: [withPages(1, 2, 3, 4, 5)],
        backups: [wrapped()],
        custody: [
          ...[thing('b.1', 'safe'), thing('b.2', 'bank'), thing('e.1', 'site A'), thing('e.2', 'other')],
          ...[page(1, 'archive'), page(2, 'own-box'), page(3, 'archive'), page(4, 'own-box'), page(5, 'own-box')],
        ],
      },
      'one-place: the pages of crypto-officer-1, crypto-officer-3 lie in one place, archive: 2 of the 3 that open it',
    ],
    [
      'none, where each page lies in a box of its own, and a destroyed one nowhere',
      {
        shareSets: [withPages(1, 2, 3, 4, 5)],
        backups: [wrapped()],
        custody: [
          ...[1, 2, 3, 4].map((number) => page(number, 'own-box')),
          { ...page(5, 'own-box'), state: 'destroyed', place: null },
        ],
      },
    ],
  ];
  for (const [name, change, ...said] of cases) test(name, () => assert.deepEqual(warned(change), said));

  test('one person in two seats, by their name', () => {
    const people = new Map([...KNOWN.people, ['crypto-officer-2', person('Name of crypto-officer-1')]]);
    assert.deepEqual(warned({}, { ...KNOWN, people }), [
      'one-person: crypto-officer-1 and crypto-officer-2 are one person (Name of crypto-officer-1, Example Org): two shares in one hand',
    ]);
  });

  const renewed = (...seats: readonly number[]): Pick<Ledger, 'renewed'> => ({
    renewed: seats.map((x) => ({
      ...{ seat: `crypto-officer-${x}`, step: 'next-roster', renewedAt: '2027-05-01T00:00:00Z' },
      ...{ roster: sha256('roster'), superseded: [sha256(`card ${x}`)] },
    })),
  });

  test('who has another token since opens nothing that is sealed to the old one', () => {
    assert.deepEqual(warned(renewed(2)), [
      'left: crypto-officer-2 have another token since: only the old one opens their share, whoever has it: a rotation makes it worthless',
      'few-spare: 3 open it, and one may be missing: fewer than 2 to spare',
    ]);
    assert.deepEqual(warned(renewed(1, 3, 5)), [
      'left: crypto-officer-1, crypto-officer-3, crypto-officer-5 have another token since: only the old one opens their share, whoever has it: a rotation makes it worthless',
      'few-spare: 2 custodians are left, and 3 open it: IT CANNOT BE OPENED by members',
    ]);
    const spare = shareSet(SET).shares.map((share) => ({
      ...share,
      recipients: [...share.recipients, sha256(`spare of ${share.seat}`)],
    }));
    assert.deepEqual(warned({ ...renewed(1, 3, 5), shareSets: [shareSet(SET, { shares: spare })] }), []);
  });

  test('but a page of a wrapped copy, while it is there', () => {
    const paper = [1, 3].map((x) => ({
      ...{ seat: `crypto-officer-${x}`, unit: `pages@crypto-officer-${x}`, printedAt: null, pages: 1 },
    }));
    const kek = shareSet(SET, { kind: 'kek', paper });
    const few = (change: Partial<Ledger>) =>
      warned({ ...renewed(1, 3, 5), shareSets: [kek], ...change }).filter((one) => one.startsWith('few-spare'));
    assert.deepEqual(few({}), ['few-spare: 3 open it, and one may be missing: fewer than 2 to spare']);
    assert.deepEqual(few({ custody: [thing('pages@crypto-officer-1', null, { state: 'destroyed' })] }), [
      'few-spare: 3 open it, and nobody may be missing: fewer than 2 to spare',
    ]);
  });

  test('who left the roster opens nothing', () => {
    const roster = { members: OFFICERS.slice(3).map((seat) => ({ seat })) } as unknown as Known['roster'];
    assert.deepEqual(warned({}, { ...KNOWN, roster }), [
      'left: crypto-officer-1, crypto-officer-2, crypto-officer-3 hold a share and are on the roster no more: a rotation makes it worthless',
      'few-spare: 2 custodians are left, and 3 open it: IT CANNOT BE OPENED by members',
    ]);
  });
});

describe('what a CA has', () => {
  const facts = { ...SAMPLE, ledger: SOUND };
  const view = ledgerView(facts, KNOWN, dueDates(facts).dates);

  test('names each key with its state, places and what it has signed', () => {
    const [key] = view.keys;
    assert.deepEqual([key?.state, key?.on, key?.destroyedOn], ['active', ['HSM-1', 'HSM-2'], []]);
    assert.equal(key?.certificates, SOUND.certificates.filter((one) => one.key === HSM_1.name).length);
  });

  test('is a text whose foreign words are escaped', () => {
    const people = new Map([...KNOWN.people, ['crypto-officer-2', person('B\u202eob')]]);
    const lines = ledgerText(ledgerView(facts, { ...KNOWN, people }, []), facts, '2027-06-01T00:00:00Z');
    assert.ok(lines.every((line) => !line.includes('\u202e')));
    assert.match(lines.join('\n'), /warnings: none/);
    assert.match(lines.join('\n'), /user set (aa){16}: CURRENT, 3 of 5, HSM HSM-1/);
  });

  test('says since when and why a key is in its state, and how it came to it', () => {
    const viewed = (states: LedgerKey['states']) => {
      const ledger = { ...SOUND, keys: [{ ...HSM_1, states }] };
      const view = ledgerView({ ...SAMPLE, ledger }, KNOWN, []);
      return { key: view.keys[0], text: ledgerText(view, { ...SAMPLE, ledger }, '2027-06-01T00:00:00Z').join('\n') };
    };
    const born: LedgerKey['states'][number] = {
      ...{ from: null, to: 'pre-activation', at: '2027-03-10T09:00:00Z', ceremony: 1, step: 'root-key' },
      ...{ reason: 'it was generated', approvedBy: ['crypto-officer-1', 'crypto-officer-2'] },
    };
    const lost: LedgerKey['states'][number] = {
      ...{ from: 'pre-activation', to: 'compromised', at: '2027-04-01T00:00:00Z', ceremony: 2, step: 'decided' },
      ...{ reason: 'stol\u202een', approvedBy: [] },
    };
    const { key, text } = viewed([born, lost]);
    assert.deepEqual([key?.since, key?.why, key?.history], [lost.at, lost.reason, [born, lost]]);
    assert.match(
      text,
      /2027-03-10T09:00:00Z {2}pre-activation: it was generated \(ceremony 1, step root-key, approved by crypto-officer-1, crypto-officer-2\)/,
    );
    assert.match(text, /pre-activation to compromised: stol\S+en \(ceremony 2, step decided\)/);
    assert.ok(!text.includes('\u202e'));
    assert.deepEqual([viewed([]).key?.since, viewed([]).key?.why], [null, null], 'one that no record speaks of');
  });

  test('of a key that is destroyed says since when, and nothing of it falls due but ends', () => {
    const at = '2027-05-01T00:00:00Z';
    const [copy] = SOUND.copies;
    const states = [
      { from: 'active', to: 'destroyed', at, ceremony: 1, step: 'gone', reason: 'over', approvedBy: [] } as const,
    ];
    const keys = [{ ...HSM_1, state: 'destroyed' as const, states, destroyed: { at, step: 'gone' } }];
    const ledger = { ...SOUND, keys, copies: copy ? [{ ...copy, destroyed: { at, step: 'gone' } }] : [] };
    const [key] = ledgerView({ ...SAMPLE, ledger }, KNOWN, []).keys;
    assert.deepEqual([key?.state, key?.since, key?.on, key?.destroyedOn], ['destroyed', at, [], ['HSM-1', 'HSM-2']]);
    const notes: string[] = [];
    const dates = crlDates({ ledger, revoked: new Set() }, INTERVALS, (text) => void notes.push(text));
    const own = dates.filter(({ what }) => what.endsWith(`of "${HSM_1.name}"`)).map(({ kind }) => kind);
    assert.deepEqual(own, ['crl-end']);
    assert.match(notes.join('\n'), /its key is destroyed, and signs nothing/);
    assert.deepEqual(
      dueDates({ ...SAMPLE, ledger }).dates.filter(({ kind }) => kind === 'restore-drill'),
      [],
    );
  });
});
