import { isDoneAllTheSame, leftBy } from '../plan/left-steps.ts';
import { type Plan, type PlannedAct, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { stepFrames } from '../plan/step-frames.ts';
import type { Event, ProposedEvent, ResultEvent } from '../transcript/event.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/**
 * Whether a step is behind: it was skipped, or has ended and is not to be run again.
 * @param need how many distinct people approve a deviation
 */
export function isBehind(step: PlannedStep, events: readonly Event[], need: number): boolean {
  const last = events.findLast((event): event is Of<'step'> => event.type === 'step' && event.step === step.key);
  if (!last || last.phase === 'begin') return false;
  if (last.phase === 'skip') return true;
  const run = stepFrames(events).findLast((frame) => frame.step === step.key);
  return run === undefined || leftBy(run, need)?.to !== 'repeat';
}

/** Whether the ceremony was aborted in a step that is not done all the same: what is done always goes on after it. */
export function wasGivenUp(step: PlannedStep, events: readonly Event[]): boolean {
  const begin = events.findLast((event) => event.type === 'step' && event.step === step.key && event.phase === 'begin');
  const abort = events.find((event): event is Of<'abort'> => event.type === 'abort');
  return (
    begin !== undefined && abort?.step === step.key && begin.seq < abort.seq && !isDoneAllTheSame(step, abort.code)
  );
}

/** Whether a step has ended once, even if it was begun again since. */
export function hasEverEnded(step: PlannedStep, events: readonly Event[]): boolean {
  return events.some((event) => event.type === 'step' && event.step === step.key && event.phase === 'end');
}

export function hasBegun(act: PlannedAct, events: readonly Event[]): boolean {
  return events.some((event) => event.type === 'act' && event.act === act.index && event.phase === 'begin');
}

export function hasEnded(act: PlannedAct, events: readonly Event[]): boolean {
  return events.some((event) => event.type === 'act' && event.act === act.index && event.phase === 'end');
}

/** The step that was open when the record broke off, or undefined between two. */
export function openStep(plan: Plan, events: readonly Event[]): PlannedStep | undefined {
  const last = events.findLast((event) => event.type === 'step' || event.type === 'abort' || event.type === 'resume');
  if (last?.type !== 'step' || last.phase !== 'begin') return undefined;
  return stepsOf(plan).find((step) => step.key === last.step);
}

export interface Standing {
  /** Proposals that were neither done nor void: all of them are void now. */
  readonly voided: readonly Of<'proposed'>[];
  /**
   * The proposal of the last operation that was begun, unless the record says that it was done. It stays open, and is
   * looked for on the HSM after every interruption, until an operation is begun after it.
   */
  readonly open: Of<'proposed'> | undefined;
}

/** What of the proposals a crash leaves: no approval outlives the guard that it was given before. */
export function standing(events: readonly Event[]): Standing {
  const intents = new Set(events.flatMap((event) => (event.type === 'intent' ? [event.proposal] : [])));
  const last = [...intents].at(-1);
  const done = new Set(
    events.flatMap((event) => (event.type === 'result' && event.outcome === 'done' ? [event.proposal] : [])),
  );
  const over = new Set(
    events.flatMap((event) =>
      event.type === 'declined' ? [event.proposal] : event.type === 'resume' ? event.voided : [],
    ),
  );
  const proposed = events.filter((event): event is Of<'proposed'> => event.type === 'proposed');
  return {
    voided: proposed.filter(({ seq }) => !intents.has(seq) && !over.has(seq)),
    open: proposed.find(({ seq }) => seq === last && !done.has(seq)),
  };
}

/** What the HSM did for a step, if it did: nothing is done twice. */
export function doneFor(
  step: PlannedStep,
  events: readonly Event[],
): { readonly proposed: ProposedEvent & { readonly seq: number }; readonly result: ResultEvent } | undefined {
  for (const event of events.toReversed()) {
    if (event.type !== 'result' || event.outcome !== 'done') continue;
    const proposed = events[event.proposal - 1];
    if (proposed?.type === 'proposed' && proposed.step === step.key) return { proposed, result: event };
  }
  return undefined;
}
