import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { unknownThing } from '../ledger/losses.ts';
import { TRANSCRIBES_EARLIER } from '../ledger/on-paper.ts';
import type { Path, Positions } from '../script/positions.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/**
 * Holds what is typed of an earlier ceremony's paper to the ledger: the thing is known, and not destroyed, and not in the room, and
 * that ceremony was held.
 */
export function holdOnPaper(
  plan: Plan,
  paths: ReadonlyMap<string, Path>,
  positions: Positions,
  ledger: Ledger,
  reporter: PlanReporter,
): void {
  const typed = new Set<string>();
  for (const step of stepsOf(plan)) {
    if (step.type !== TRANSCRIBES_EARLIER) continue;
    const { kind, thing, ceremony } = step.params as {
      kind: 'medium' | 'paper-share';
      thing: string;
      ceremony: number;
    };
    const say = (member: string, text: string, hint?: string) =>
      reporter.at(
        positions,
        [...(paths.get(step.key) ?? []), 'with', member],
        'PLAN_CUSTODY',
        escapeForeign(text),
        hint,
      );
    const unknown = unknownThing(kind, thing, ledger);
    const brought = plan.materials.find(({ units }) => units.some(({ unit }) => unit === thing));
    if (unknown !== undefined) say('thing', unknown);
    else if (typed.has(thing)) say('thing', `"${thing}" is destroyed on paper twice`);
    else if (brought)
      say(
        'thing',
        `the script has "${thing}" in the room, as "${brought.name}": it was not destroyed after an earlier ceremony`,
        'destroy it here, by a "destroy-material" step',
      );
    typed.add(thing);
    if (ceremony > ledger.number)
      say('ceremony', `the ledger is of ceremony ${ledger.number}: no ceremony ${ceremony} was held before this`);
  }
}
