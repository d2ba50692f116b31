import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CustodyPlan } from '../../src/ledger/custody.ts';
import { displaced, displacedLosses, mediumName } from '../../src/ledger/displaced.ts';
import type { LedgerBackup, LedgerLoss, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { lossOf } from '../../src/ledger/losses.ts';
import { unitNamed } from '../../src/ledger/media.ts';

const SET = { envelopes: { 'envelopes 1': ['a.p7m'], 'envelopes 2': ['a.p7m'] } } as unknown as LedgerShareSet;
const BACKUP = { media: ['backups 1', 'backups 2'] } as unknown as LedgerBackup;

const material = (name: string, arrives: string, copies: number): CustodyPlan['materials'][number] => ({
  ...{ name, kind: 'medium', arrives },
  units: Array.from({ length: copies }, (_, index) => ({
    ...{ unit: copies === 1 ? name : `${name}.${index + 1}`, make: null, serial: null, bag: null, place: null },
  })),
});
const after = (...materials: readonly CustodyPlan['materials'][number][]) => {
  const { shareSets, backups } = displaced({ shareSets: [SET], backups: [BACKUP] }, { materials }, 5);
  return [...Object.keys(shareSets[0]?.envelopes ?? {}), ...(backups[0]?.media ?? [])];
};

describe('a medium of which another has taken the name', () => {
  test('is called otherwise from then on: one that arrives blank has nothing of before on it', () => {
    assert.deepEqual(after(material('envelopes', 'blank', 2)), [
      ...['envelopes 1 (before ceremony 5)', 'envelopes 2 (before ceremony 5)'],
      ...['backups 1', 'backups 2'],
    ]);
    assert.deepEqual(after(material('backups', 'blank', 2)), [
      ...['envelopes 1', 'envelopes 2'],
      ...['backups 1 (before ceremony 5)', 'backups 2 (before ceremony 5)'],
    ]);
  });

  test('is a page too: a new one that is printed under its name is another', () => {
    const page = { seat: 'alice', unit: 'pages@alice', printedAt: null, pages: 0 };
    const blank = { ...material('pages', 'blank', 1), kind: 'paper-share' };
    const units = blank.units.map((one) => ({ ...one, unit: 'pages@alice' }));
    const { shareSets } = displaced(
      { shareSets: [{ ...SET, paper: [page] }] },
      { materials: [{ ...blank, units }] },
      5,
    );
    assert.deepEqual(shareSets[0]?.paper, [{ ...page, unit: 'pages@alice (before ceremony 5)' }]);
  });

  test('is what was lost under that name, and the new one is not', () => {
    const lost = (kind: LedgerLoss['kind'], thing: string) => ({ kind, thing, state: 'lost' }) as LedgerLoss;
    const losses = [lost('medium', 'backups.1'), lost('medium', 'envelopes.1'), lost('hsm', 'backups.1')];
    const materials = [material('backups', 'blank', 2)];
    const things = (of: typeof materials) => displacedLosses(losses, { materials: of }, 5).map(({ thing }) => thing);
    assert.deepEqual(things(materials), ['backups 1 (before ceremony 5)', 'envelopes.1', 'backups.1']);
    assert.deepEqual(things([material('backups', 'sealed', 2)]), ['backups.1', 'envelopes.1', 'backups.1']);
    const [medium = ''] = displaced({ shareSets: [], backups: [BACKUP] }, { materials }, 5).backups[0]?.media ?? [];
    const ledger = { losses: displacedLosses(losses, { materials }, 5) };
    assert.equal(lossOf(ledger, 'medium', unitNamed(medium))?.state, 'lost');
    assert.equal(lossOf(ledger, 'medium', 'backups.1'), undefined);
  });

  test('keeps its name where it is the same that comes back, or where the other has another name', () => {
    const same = ['envelopes 1', 'envelopes 2', 'backups 1', 'backups 2'];
    assert.deepEqual(after(material('envelopes', 'sealed', 2), material('backups', 'open', 2)), same);
    assert.deepEqual(after(material('new-envelopes', 'blank', 2)), same);
  });

  test('is what its material was called, whatever number or ceremony follows', () => {
    for (const medium of ['envelopes 1', 'envelopes 12', 'envelopes 1 (before ceremony 12)', 'envelopes'])
      assert.equal(mediumName(medium), 'envelopes');
  });
});
