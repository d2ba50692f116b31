import type { Plan } from '../plan/plan.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import type { Event } from '../transcript/event.ts';

/**
 * Seats of those who were present and have a token, so that their signatures are expected. A ceremony that was
 * aborted may have ended before everybody was called; there the roll-call says who was present.
 */
export function presentSeats(roster: Roster, plan: Plan, events: readonly Event[]): readonly string[] {
  const seats = Object.values(plan.seats).flat();
  const aborted = events.some((event) => event.type === 'abort');
  const called = new Set(
    events.flatMap((event) => (event.type === 'statement' && event.kind === 'presence' ? [event.seat] : [])),
  );
  return seats.filter((seat) => memberOf(roster, seat)?.evidence === 'token' && (!aborted || called.has(seat)));
}
