import type { Plan } from '../plan/plan.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';

/**
 * Seats that must have signed the manifest of a sealed pack: everybody whom the plan calls and who has a token. How the
 * ceremony ended changes nothing. The record cannot say who was present: whoever shortens it would choose the signers.
 */
export function requiredSigners(roster: Roster, plan: Plan): readonly string[] {
  return Object.values(plan.seats)
    .flat()
    .filter((seat) => memberOf(roster, seat)?.evidence === 'token');
}
