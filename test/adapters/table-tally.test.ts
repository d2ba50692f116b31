import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tallyLines } from '../../src/adapters/table/tally.ts';

const NAMES: Readonly<Record<string, string>> = { alice: 'Alice Test (alice)' };
const told = (approved: readonly string[], able: readonly string[], missing: number) =>
  tallyLines({ of: 'To approve: it', approved, able, missing }, (seat) => NAMES[seat] ?? seat);

describe('who has approved, and who is still needed', () => {
  const cases: readonly (readonly [
    approved: readonly string[],
    able: readonly string[],
    missing: number,
    says: string,
  ])[] = [
    [[], ['alice', 'bob', 'carol'], 2, 'Nobody has approved yet. Two of: Alice Test (alice), bob, carol.'],
    [
      ['alice', 'bob'],
      ['carol', 'dave', 'erin'],
      1,
      'Approved: Alice Test (alice), bob. One more of: carol, dave, erin.',
    ],
    [['alice'], ['bob', 'carol'], 2, 'Approved: Alice Test (alice). Still needed, all of: bob, carol.'],
    [['bob'], ['alice'], 1, 'Approved: bob. Still needed: Alice Test (alice).'],
    [['bob'], Array.from({ length: 14 }, (_, index) => `o${index}`), 11, 'Approved: bob. 11 more of: '],
  ];
  for (const [approved, able, missing, says] of cases)
    test(says, () => assert.ok(told(approved, able, missing).join(' ').startsWith(`To approve: it. ${says}`)));
});
