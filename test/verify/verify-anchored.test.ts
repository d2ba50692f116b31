import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { PATH } from '../../src/pack/layout.ts';
import { verifyAnchored } from '../../src/verify/chain/verify-anchored.ts';
import { type Verification, verifyPack } from '../../src/verify/verify-pack.ts';
import { firstPack } from '../forge/chain.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';

/** Of a pack that changes its roster, given with another of a roster that nobody knows: what is found, and what that anchors. */
async function anchoredBeside(faults: Faults) {
  const [changing, stranger] = [await forge({ ...faults, record: { changing: true } }), await firstPack()];
  const next = changing.files.get(PATH.nextRoster) as Uint8Array;
  const given: (readonly string[])[] = [];
  const [first] = verifyAnchored<Verification>(
    [
      { name: 'changing', source: changing.source },
      { name: 'stranger', source: stranger.source },
    ],
    (source, followed) => {
      if (source === stranger.source) given.push(followed);
      const roster = changing.options.roster as string;
      return verifyPack(source, { ...changing.options, roster, followed } as typeof changing.options, changing.derive);
    },
  );
  return { first: first as Verification, anchored: given.at(-1) as readonly string[], next: sha256(next) };
}

describe('one digest leads through a chain of rosters', () => {
  it('to the one that took its place, once every check of rosters has run and found nothing', async () => {
    const { first, anchored, next } = await anchoredBeside({});
    assert.deepEqual(first.findings, []);
    assert.ok(anchored.includes(next));
  });

  it('to none that nobody could be shown to have approved', async () => {
    const { first, anchored } = await anchoredBeside({
      sealed: (files) => void files.set(PATH.authorization, Buffer.from('{}')),
    });
    const isOfRosters = ({ check }: { readonly check: string }) => /^(ROSTER|ANCHOR)-/.test(check);
    assert.ok(!first.findings.some(isOfRosters));
    assert.ok(first.notRun.some(({ check }) => check === 'ROSTER-APPROVED'));
    assert.deepEqual(anchored, []);
  });
});
