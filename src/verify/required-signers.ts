import type { Plan } from '../plan/plan.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';

/**
 * Seats that must have signed the manifest of a sealed pack: everybody whom the plan calls and who has a token. How the
 * ceremony ended changes nothing. The record cannot say who was present: whoever shortens it would choose the signers.
 * It says who came for somebody who left, by as many signatures as it takes to change everything else.
 * @param plan the one in force at the end
 */
export function requiredSigners(roster: Roster, plan: Plan): readonly string[] {
  return Object.values(plan.seats)
    .flat()
    .filter((seat) => memberOf(roster, seat)?.evidence === 'token');
}
