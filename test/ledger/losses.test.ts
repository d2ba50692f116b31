import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import { type Accounted, completeness, copyWords, destructionRecord } from '../../src/ledger/destruction-record.ts';
import type { LedgerLoss, LedgerShareSet, LedgerThing } from '../../src/ledger/ledger.ts';
import { lossOf, withLost, withLostThings } from '../../src/ledger/losses.ts';

const loss = (more: Partial<LedgerLoss>): LedgerLoss => ({
  ...{ kind: 'hsm', thing: 'HSM-1', state: 'lost', since: '2027-01-01', exposed: true, how: 'Gone.' },
  ...{ circumstances: '-', witness: 'ivo', step: 'gone', at: '2027-01-02T00:00:00Z', approvedBy: ['alice'] },
  ...more,
});
const thing = (unit: string, more: Partial<LedgerThing> = {}): LedgerThing => ({
  ...{ unit, kind: 'medium', make: null, serial: null, state: 'sealed', bag: 'A0000001', place: 'safe' },
  ...more,
});
const set = (more: Partial<LedgerShareSet> = {}): LedgerShareSet => ({
  ...{ id: 'aa'.repeat(16), kind: 'user', threshold: 2, check: NO_DIGEST, shares: [], hsm: 'HSM-1' },
  ...{ state: 'current', unproven: [], envelopes: {} },
  ...more,
});

describe('what is lost', () => {
  test('is so by the last declaration', () => {
    const found = loss({ state: 'found', at: '2027-02-02T00:00:00Z' });
    assert.equal(lossOf({ losses: [loss({})] }, 'hsm', 'HSM-1')?.step, 'gone');
    assert.equal(lossOf({ losses: [loss({}), found] }, 'hsm', 'HSM-1'), undefined);
    assert.equal(lossOf({ losses: [loss({}), found, loss({ step: 'again' })] }, 'hsm', 'HSM-1')?.step, 'again');
    assert.equal(lossOf({ losses: [loss({})] }, 'medium', 'HSM-1'), undefined);
    assert.equal(lossOf({}, 'hsm', 'HSM-1'), undefined);
  });

  test('takes the sets of its HSM along, but for what opens none and for what is opened by none', () => {
    const sets = [
      set(),
      set({ kind: 'kek' }),
      set({ state: 'superseded' }),
      set({ state: 'void' }),
      set({ hsm: 'HSM-2' }),
    ];
    const states = (losses: readonly LedgerLoss[], of = sets) => withLost(of, { losses }).map(({ state }) => state);
    const lost = ['lost', 'current', 'superseded', 'void', 'current'];
    assert.deepEqual(states([loss({})]), lost);
    assert.deepEqual(
      states([loss({}), loss({ state: 'found' })], withLost(sets, { losses: [loss({})] }) as typeof sets),
      sets.map(({ state }) => state),
    );
  });

  test('is where nobody knows by the custody register, and open once it is found', () => {
    const things = [
      thing('envelopes.1'),
      thing('hsm', { kind: 'hsm', serial: 'HSM-1' }),
      thing('cards@dave', { kind: 'quorum-token' }),
      thing('cards@erin', { kind: 'quorum-token' }),
      thing('shredded', { state: 'destroyed', bag: null, place: null }),
    ];
    const said = (losses: readonly LedgerLoss[], here: readonly string[] = []) =>
      withLostThings(things, losses, (unit) => here.includes(unit)).map(({ state, bag, place }) => [state, bag, place]);
    const where = (state: string) => [state, null, null];
    const sealed = ['sealed', 'A0000001', 'safe'];
    const declared = [
      loss({ kind: 'medium', thing: 'envelopes.1' }),
      loss({}),
      loss({ kind: 'quorum-token', thing: 'aa'.repeat(32), holder: { seat: 'dave', key: 'bb'.repeat(32) } }),
      loss({ kind: 'medium', thing: 'shredded' }),
    ];
    assert.deepEqual(said(declared), [where('lost'), where('lost'), where('lost'), sealed, where('destroyed')]);
    const found = [
      ...declared,
      loss({ state: 'found' }),
      loss({ kind: 'medium', thing: 'envelopes.1', state: 'found' }),
    ];
    assert.deepEqual(said(found), [where('open'), where('open'), where('lost'), sealed, where('destroyed')]);
    // Whoever has lost a token and is here with another one has lost the one that is not here.
    const renewed = [...things, thing('new-card@dave', { kind: 'quorum-token', state: 'handed-over' })];
    const cards = withLostThings(renewed, declared, (unit) => unit === 'new-card@dave').filter(({ unit }) =>
      unit.endsWith('@dave'),
    );
    assert.deepEqual(
      cards.map(({ state }) => state),
      ['lost', 'handed-over'],
    );
    const alone = withLostThings([thing('cards@dave', { kind: 'quorum-token' })], declared, () => true);
    assert.equal(alone[0]?.state, 'lost');
    // What is in the room is where the record of this ceremony has it.
    assert.deepEqual(said(found, ['hsm'])[1], sealed);
  });
});

describe('a destruction record with what is lost', () => {
  const SPKI = 'cc'.repeat(32);
  const KEK = 'ee'.repeat(16);
  const ledger = (losses: readonly LedgerLoss[], custody: readonly LedgerThing[] = []): Accounted => ({
    ceremony: NO_DIGEST,
    keys: [
      {
        ...{
          name: 'root',
          label: 'root',
          id: '01',
          algorithm: 'ecdsa-p384',
          spki: '',
          spkiSha256: SPKI,
          token: 'HSM-2',
        },
        ...{ step: 'k', generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [], quirks: [] },
        destroyed: { at: '2027-03-01T00:00:00Z', step: 'destroyed' },
      },
    ],
    copies: [],
    backups: [{ spkiSha256: SPKI, set: KEK, file: 'root.kwp', media: ['backups 1', 'backups 2'], state: 'kept' }],
    keyFiles: [{ module: 'm', keys: [SPKI], media: ['keys'] }],
    shareSets: [
      set({
        ...{ id: KEK, kind: 'kek', hsm: 'HSM-2', envelopes: { 'kek 1': [] } },
        paper: [{ seat: 'dave', unit: 'pages@dave', printedAt: null, pages: 1 }],
      }),
    ],
    custody,
    losses,
  });
  const said = (losses: readonly LedgerLoss[], custody?: readonly LedgerThing[]) => {
    const record = destructionRecord(ledger(losses, custody), SPKI);
    assert.ok(record);
    return [completeness(record), ...record.copies.filter(({ how }) => how === null).map(copyWords)];
  };
  const LOST = 'LOST, NOT ACCOUNTED FOR: missed since 2027-01-01, Gone.; declared by step "gone", 2027-01-02T00:00:00Z';
  const medium = (name: string) => loss({ kind: 'medium', thing: name });

  test('says of a wrapped copy that it is lost where each medium that is left is, and of a page, and of key files', () => {
    const open = ['opened by the share set eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee: NOBODY ACCOUNTS FOR IT'];
    assert.deepEqual(said([medium('backups.2'), loss({ kind: 'paper-share', thing: 'pages@dave' })]), [
      'INCOMPLETE: nobody accounts for 4 of 5 copies, and 1 of these is lost',
      'wrapped in the file root.kwp: NOBODY ACCOUNTS FOR IT',
      'in files on the medium keys: NOBODY ACCOUNTS FOR IT',
      ...open,
      `opened by the share on paper pages@dave: ${LOST}`,
    ]);
    assert.deepEqual(said([medium('backups.1'), medium('keys')], [thing('backups.2', { state: 'destroyed' })]), [
      'INCOMPLETE: nobody accounts for 4 of 5 copies, and 2 of these are lost',
      `wrapped in the file root.kwp: ${LOST}`,
      `in files on the medium keys: ${LOST}`,
      ...open,
      'opened by the share on paper pages@dave: NOBODY ACCOUNTS FOR IT',
    ]);
  });

  test('has no word of it where it was found, or was destroyed', () => {
    const found = [medium('keys'), { ...medium('keys'), state: 'found' as const }];
    assert.ok(said(found).includes('in files on the medium keys: NOBODY ACCOUNTS FOR IT'));
    assert.ok(!said([medium('keys')], [thing('keys', { state: 'destroyed' })]).some((one) => one.includes('keys')));
  });
});
