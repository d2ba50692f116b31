import type { PaperPart } from '../plan/paper-part.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { Executed, Operations, Running } from '../plan/step-type.ts';
import type { OperationName } from '../quorum/operation.ts';

/*
 * A step about several HSMs is repeated for each of them. The quorum reads all of its operations at once, and presents
 * its tokens once for them.
 */

/** Its repetitions that have an HSM. */
function roundsOf(plan: Plan, step: PlannedStep): PlannedStep[] {
  return stepsOf(plan).filter(({ id, token }) => id === step.id && token !== undefined);
}

/** Does the operation of one round; in the first of them the quorum approves those of all that are still to come. */
export async function* executeRound(step: PlannedStep, plan: Plan, operations: Operations): Running<Executed> {
  const isDue = (one: PlannedStep) => !operations.isDone(one) && !operations.isOpen(one);
  if (isDue(step)) {
    const due = roundsOf(plan, step).filter(isDue);
    yield* operations.propose(due);
    yield* operations.collectQuorum(due);
  }
  return yield* operations.execute(step);
}

/** Of which rounds the quorum approves the operations when, as people read it. @param what `looks at`, `signatures of` */
export function approvedAtOnce(tokens: readonly string[], token: string, what: string): string {
  return token === tokens[0]
    ? `The quorum approves the ${what} all of them (${tokens.join(', ')}) at once, before the first.`
    : `The quorum has approved this with the first of them, that of "${tokens[0]}".`;
}

/** The approvals stand with the first round alone: they are given once, and nobody ticks twice. */
export function roundApprovals(tokens: readonly string[], token: string, operation: OperationName): PaperPart[] {
  return token === tokens[0] ? [{ kind: 'approvals', operations: tokens.map(() => operation) }] : [];
}
