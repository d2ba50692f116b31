import type { Event } from '../transcript/event.ts';
import type { PlannedAct, PlannedStep } from './plan.ts';
import { stepFrames } from './step-frames.ts';
import type { SimulateContext } from './step-type.ts';
import type { World } from './world.ts';

/** Subject of the observation that the day has ended, and the type of the step that records it. */
export const ADJOURNED = 'adjournment';
const ADJOURNS = 'adjourn';

/** Whether a day ends with this act. */
export function endsDay({ steps }: Pick<PlannedAct, 'steps'>): boolean {
  return steps.at(-1)?.type === ADJOURNS;
}

/** What the quorum reads where a ceremony goes on as its script has it, and in time. */
export const PLANNED_WHY = 'The script adjourns the ceremony there';

/**
 * How long at most the ceremony was adjourned for when its record ends so: with the act whose last step ended the day. An
 * ISO 8601 duration, or undefined.
 */
export function adjournedFor(acts: readonly PlannedAct[], events: readonly Event[]): string | undefined {
  const last = events.at(-1);
  if (last?.type !== 'act' || last.phase !== 'end') return undefined;
  const step = acts.find(({ index }) => index === last.act)?.steps.at(-1);
  if (step?.type !== ADJOURNS) return undefined;
  const run = stepFrames(events).findLast((frame) => frame.step === step.key);
  const seen = run?.events.find((event) => event.type === 'observation' && event.subject === ADJOURNED);
  return seen?.type === 'observation' ? String(seen.facts['atMost']) : undefined;
}

/**
 * Whoever does something after the ceremony was adjourned has come in again before.
 * @returns the world in which that has been said of each of them once
 */
export function holdReturn({ type, by, check }: PlannedStep, world: World, report: SimulateContext['report']): World {
  if (world.adjourned === undefined || type === 'sign-in') return world;
  const away = [...new Set([...by, ...check])].filter((seat) => !world.signedIn.has(seat));
  if (away.length === 0) return world;
  report(
    'PLAN_ORDER',
    ['step'],
    `${away.map((seat) => `"${seat}"`).join(', ')} did not sign in again after "${world.adjourned}"`,
    'the day begins with a "sign-in" step, each: all',
  );
  return { ...world, signedIn: new Set([...world.signedIn, ...away]) };
}
