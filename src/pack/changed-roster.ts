import { CeremonyError } from '../base/errors.ts';
import { rosterChangedIn } from '../ledger/former.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';
import { PATH } from './layout.ts';
import type { Pack } from './pack-reader.ts';

/** Another roster that took the place of the one with which the ceremony began. */
export interface ChangedRoster {
  /** Seq of the event that records it: what comes after is judged by the other one. */
  readonly since: number;
  readonly after: Roster;
  readonly bytes: Uint8Array;
}

/**
 * The change of the roster that a pack records, or null. Lines that cannot be read are others' to report.
 * @throws CeremonyError ROSTER_INVALID, JSON_NOT_CANONICAL for a next roster that is absent, none, or not the one recorded
 */
export function changedRoster(pack: Pack): ChangedRoster | null {
  const changed = rosterChangedIn(pack.eventLines().flatMap(({ event }) => event ?? []));
  if (!changed) return null;
  const bytes = pack.file(PATH.nextRoster);
  if (!bytes) throw new CeremonyError('ROSTER_INVALID', `event ${changed.seq} records it, and it is not in the pack`);
  const after = readRoster(bytes);
  if (after.digest !== changed.facts['roster'])
    throw new CeremonyError(
      'ROSTER_INVALID',
      `SHA-256 is ${after.digest}; event ${changed.seq} records ${String(changed.facts['roster'])}`,
    );
  return { since: changed.seq, after, bytes };
}
