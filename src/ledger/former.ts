import { isSha256, type Sha256 } from '../base/digest.ts';
import type { ShareRecord } from '../quorum/share-set.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { Ledger, LedgerFormer, LedgerRenewed, LedgerShareSet } from './ledger.ts';

/** The observation by which a ceremony records that another roster took the place of the one before. */
export type RosterChanged = Event & ObservationEvent;

/** Where in a record the roster was changed; undefined where it was not. */
export function rosterChangedIn(events: readonly Event[]): RosterChanged | undefined {
  return events.find(
    (event): event is RosterChanged =>
      event.type === 'observation' &&
      event.subject === 'roster' &&
      typeof event.facts['previous'] === 'string' &&
      isSha256(event.facts['previous']),
  );
}

/** Whoever has left a roster, those of earlier ceremonies first. */
export function formerAfter(events: readonly Event[], before: readonly LedgerFormer[]): readonly LedgerFormer[] {
  const changed = rosterChangedIn(events);
  if (!changed) return before;
  const leaves = changed.facts['leaves'];
  const seats = Array.isArray(leaves) ? leaves.map(String) : [];
  const roster = changed.facts['previous'] as Sha256;
  return [...before, ...seats.map((seat) => ({ seat, step: changed.step, leftAt: changed.at, roster }))];
}

/** Whoever has stayed with other tokens, those of earlier ceremonies first. */
export function renewedAfter(events: readonly Event[], before: readonly LedgerRenewed[]): readonly LedgerRenewed[] {
  const changed = rosterChangedIn(events);
  const renews = changed?.facts['renews'];
  if (!changed || typeof renews !== 'object' || renews === null || Array.isArray(renews)) return before;
  const roster = changed.facts['previous'] as Sha256;
  return [
    ...before,
    ...Object.entries(renews).map(([seat, keys]) => ({
      ...{ seat, step: changed.step, renewedAt: changed.at, roster },
      superseded: (Array.isArray(keys) ? keys : []).map(String),
    })),
  ];
}

/** A share set of which somebody who left holds a share, and which may still open something. */
export interface LeftShare {
  readonly set: LedgerShareSet;
  /** Seats that left, or stayed with other tokens than it was sealed to; sorted. */
  readonly seats: readonly string[];
}

/** What those who left, and whoever has an old token of those who stayed, could still help to open, in the order of the ledger. */
export function sharesLeft(
  sets: readonly LedgerShareSet[],
  { former = [], renewed = [] }: Pick<Ledger, 'former' | 'renewed'>,
): readonly LeftShare[] {
  return sets.flatMap((set) => {
    const seats = set.shares.flatMap((share) => (isLeft(share, { former, renewed }) ? [share.seat] : [])).sort();
    return set.state === 'void' || seats.length === 0 ? [] : [{ set, seats }];
  });
}

/** Whether a share is of somebody who left, or is sealed to no other tokens than those that were replaced. */
export function isLeft(
  { seat, recipients }: Pick<ShareRecord, 'seat' | 'recipients'>,
  { former = [], renewed = [] }: Pick<Ledger, 'former' | 'renewed'>,
): boolean {
  if (former.some((one) => one.seat === seat)) return true;
  const superseded = renewed.flatMap((one) => (one.seat === seat ? one.superseded : []));
  return recipients.length > 0 && recipients.every((key) => superseded.includes(key));
}
