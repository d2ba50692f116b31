import { inputOf } from './inputs.ts';
import type { Condition, Plan } from './plan.ts';

/**
 * Whether the step is done that hangs on it.
 * @param answerOf the last answer of a step, corrections included; undefined where nobody was asked
 */
export function holds(
  condition: Condition | null,
  plan: Pick<Plan, 'inputs'>,
  answerOf: (step: string) => string | undefined,
): boolean {
  if (condition === null) return true;
  if ('input' in condition) return inputOf(plan, condition.input)?.given !== false;
  return answerOf(condition.answer) === condition.is;
}

/** `"wipe" was not answered yes`: why the step is left out. */
export function unmet(condition: Condition): string {
  return 'input' in condition
    ? `the input "${condition.input}" is not given`
    : `"${condition.answer}" was not answered ${condition.is}`;
}
