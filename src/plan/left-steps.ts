import type { ErrorCode } from '../base/errors.ts';
import { CUSTODY_STEPS } from '../ledger/custody.ts';
import { DEVIATION_CLASS, leavesStep } from '../quorum/deviation.ts';
import type { Roster } from '../quorum/roster.ts';
import type { DeviationEvent, Event, EventType } from '../transcript/event.ts';
import type { Plan } from './plan.ts';
import { exchangesIn } from './plan-in-force.ts';
import type { StepFrame } from './step-frames.ts';

/** How a run of a step was left: by which deviation, the approval with which it was, and what becomes of the step. */
export interface Left {
  readonly deviation: Event & DeviationEvent;
  readonly since: number;
  readonly to: 'skip' | 'repeat';
}

/** What a step does by itself, as against what people say about it. */
export const SUBSTANCE: readonly EventType[] = [
  'answer',
  'observation',
  'proposed',
  'intent',
  'result',
  'statement',
  'file',
  'reconciliation',
];

/** Steps that have done something when they first ask: what they wrote is recorded once it was read back. */
const WORKS_UNSAID: readonly string[] = ['write-media'];

/** How many distinct people approve a deviation. */
export function deviationNeed(roster: Roster, plan: Pick<Plan, 'quorums'>): number {
  const rule = roster.classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
  return Math.max(rule, plan.quorums[DEVIATION_CLASS] ?? 0);
}

/**
 * Whether this run of a step was skipped, or left to be run again: a deviation says so and enough people approved it
 * before the run ended, or somebody was exchanged before the step had done anything. Without enough people the step goes
 * on and owes what its type demands. Approvals are taken as recorded: one that does not hold is a finding in any case.
 */
export function leftBy({ events }: Pick<StepFrame, 'events'>, need: number): Left | undefined {
  const exchanges = exchangesIn(events, need);
  for (const deviation of events) {
    if (deviation.type !== 'deviation') continue;
    const { effect, seq } = deviation;
    if (leavesStep(effect)) {
      const since = approvedSince(events, seq, need);
      if (since !== undefined) return { deviation, since, to: effect };
    }
    const exchange = exchanges.find((one) => one.seq === seq);
    if (exchange && hasDoneNothing(events, seq)) return { deviation, since: exchange.since, to: 'repeat' };
  }
  return undefined;
}

function approvedSince(events: readonly Event[], deviation: number, need: number): number | undefined {
  const seats = new Set<string>();
  for (const event of events) {
    if (event.type !== 'approval' || event.proposal !== deviation) continue;
    if (seats.add(event.seat).size >= need) return event.seq;
  }
  return undefined;
}

/** Whether a step that is open at that event can begin again as if it had not begun. */
function hasDoneNothing(events: readonly Event[], seq: number): boolean {
  const before = events.filter((event) => event.seq < seq);
  const index = before.findLastIndex((event) => event.type === 'step' && event.phase === 'begin');
  const begin = before[index];
  if (begin?.type !== 'step' || WORKS_UNSAID.includes(begin.kind)) return false;
  return !before.slice(index).some((event) => SUBSTANCE.includes(event.type));
}

/**
 * Whether a step at which a ceremony was aborted is done all the same, where its act is one that is done always: nothing
 * had gone wrong with it, or it puts something away.
 * @param code of the abort
 */
export function isDoneAllTheSame({ type }: { readonly type: string }, code: string): boolean {
  return code === BY_PEOPLE || CUSTODY_STEPS[type] !== undefined;
}

const BY_PEOPLE: ErrorCode = 'CEREMONY_ABORTED';
