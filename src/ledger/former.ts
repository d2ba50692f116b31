import { isSha256, type Sha256 } from '../base/digest.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { LedgerFormer, LedgerShareSet } from './ledger.ts';

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

/** A share set of which somebody who left holds a share, and which may still open something. */
export interface LeftShare {
  readonly set: LedgerShareSet;
  /** Seats that left, sorted. */
  readonly seats: readonly string[];
}

/** What those who left could still help to open, in the order of the ledger. */
export function sharesLeft(sets: readonly LedgerShareSet[], former: readonly LedgerFormer[]): readonly LeftShare[] {
  const left = new Set(former.map(({ seat }) => seat));
  return sets.flatMap((set) => {
    const seats = set.shares.flatMap(({ seat }) => (left.has(seat) ? [seat] : [])).sort();
    return set.state === 'void' || seats.length === 0 ? [] : [{ set, seats }];
  });
}
