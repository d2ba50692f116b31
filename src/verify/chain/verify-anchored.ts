import type { Sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import { changedRoster } from '../../pack/changed-roster.ts';
import { openPack } from '../../pack/pack-reader.ts';
import type { PackSource } from '../../pack/source.ts';
import type { Verification } from '../verify-pack.ts';
import type { NamedPack } from './pack-chain.ts';

type Verified = Pick<Verification, 'findings' | 'notRun'>;

/** Checks without which nobody can say that one roster took the place of another. */
const CONCERNS_ROSTERS = /^(ROSTER|ANCHOR)-/;

/**
 * Verifies each pack. A roster that took the place of an anchored one, or whose place that took, is anchored too, once every
 * check of rosters has run on the pack in which it did, and found nothing: so that one digest from paper leads through
 * a whole chain. A check that could not run has shown nothing, least of all that a quorum approved.
 * @param verify one pack, with the rosters that are anchored by the others so far
 * @returns in the order of the packs
 */
export function verifyAnchored<T extends Verified>(
  packs: readonly NamedPack[],
  verify: (source: PackSource, followed: readonly Sha256[]) => T,
): (T & { readonly name: string })[] {
  const followed = new Set<Sha256>();
  const done = new Map<string, T & { readonly name: string }>();
  const isSettled = ({ findings }: Verified) => !findings.some(({ check }) => check === 'ANCHOR-ROSTER');
  let before: number;
  do {
    before = followed.size;
    for (const { name, source } of packs) {
      const known = done.get(name);
      if (known && isSettled(known)) continue;
      const verified = { name, ...verify(source, [...followed]) };
      done.set(name, verified);
      if (showsItsRosters(verified)) for (const digest of rostersChanged(source)) followed.add(digest);
    }
  } while (followed.size > before && ![...done.values()].every(isSettled));
  return packs.map(({ name }) => done.get(name) as T & { readonly name: string });
}

function showsItsRosters({ findings, notRun }: Verified): boolean {
  return ![...findings, ...notRun].some(({ check }) => CONCERNS_ROSTERS.test(check));
}

/** The two rosters of a pack that changed it; none of any other. */
function rostersChanged(source: PackSource): readonly Sha256[] {
  try {
    const pack = openPack(source);
    const changed = changedRoster(pack);
    return changed ? [pack.roster().digest, changed.after.digest] : [];
  } catch (error) {
    if (error instanceof CeremonyError) return [];
    throw error;
  }
}
