import type { Plan } from '../plan/plan.ts';
import { DEVIATION_CLASS, leavesStep } from '../quorum/deviation.ts';
import type { Roster } from '../quorum/roster.ts';
import type { EventOf } from './parts.ts';
import type { StepFrame } from './step-frames.ts';

/** How a run of a step was left: by which deviation, and the approval with which it was. */
export interface Left {
  readonly deviation: EventOf<'deviation'>;
  readonly since: number;
}

/** How many distinct people approve a deviation. */
export function deviationNeed(roster: Roster, plan: Plan): number {
  const rule = roster.classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
  return Math.max(rule, plan.quorums[DEVIATION_CLASS] ?? 0);
}

/**
 * Whether this run of a step was skipped, or left to be repeated: a deviation says so and enough people approved it
 * before the run ended. Without them the step goes on and owes what its type demands. Approvals are taken as recorded:
 * one that does not hold is a finding in any case.
 */
export function leftBy({ events }: StepFrame, need: number): Left | undefined {
  for (const deviation of events) {
    if (deviation.type !== 'deviation' || !leavesStep(deviation.effect)) continue;
    const seats = new Set<string>();
    for (const event of events) {
      if (event.type !== 'approval' || event.proposal !== deviation.seq) continue;
      if (seats.add(event.seat).size >= need) return { deviation, since: event.seq };
    }
  }
  return undefined;
}
