import { approvalPayloadPath, approvalStatementPath, statementSignaturePath } from '../pack/layout.ts';
import { stepFrames } from '../plan/step-frames.ts';
import type { Event } from '../transcript/event.ts';
import type { Proposal } from './parts.ts';
import { at } from './where.ts';

export interface OwnEvents {
  readonly events: readonly Event[];
  /** Where those events and the files they name stand, as findings name places. */
  readonly places: readonly string[];
}

/**
 * The events of each step, by its key: what was recorded between its begin and its end, the last time it was run, and
 * what speaks of proposals that were made for it in another step.
 */
export function ownEvents(events: readonly Event[], proposals: readonly Proposal[]): ReadonlyMap<string, OwnEvents> {
  // Of several runs the last counts: those before it were left by a deviation, or cut short.
  const own = new Map(stepFrames(events).map(({ step, events: mine }) => [step, new Set(mine)]));
  for (const { event, approvals, declined, intents, results } of proposals) {
    const mine = own.get(event.step);
    for (const one of [event, ...approvals, ...declined, ...intents, ...results]) mine?.add(one);
  }
  const inOrder = (set: Set<Event>) => [...set].sort((a, b) => a.seq - b.seq);
  return new Map(
    [...own].map(([step, set]) => {
      const mine = inOrder(set);
      return [step, { events: mine, places: [...mine, ...correctionsOf(mine, events)].flatMap(placesOf) }];
    }),
  );
}

/** They may be recorded in any later step. */
function correctionsOf(mine: readonly Event[], events: readonly Event[]): readonly Event[] {
  const answers = new Set(mine.flatMap((event) => (event.type === 'answer' ? [event.seq] : [])));
  return events.filter((event) => event.type === 'correction' && answers.has(event.answer));
}

/** Where an event and the files that it names stand. */
export function placesOf(event: Event): readonly string[] {
  switch (event.type) {
    case 'statement':
      return event.statement === null
        ? [at(event)]
        : [at(event), event.statement, statementSignaturePath(event.statement)];
    case 'proposed':
      return [at(event), approvalStatementPath(event.seq), approvalPayloadPath(event.seq)];
    case 'file':
      return event.medium === null ? [at(event), event.path] : [at(event)];
    default:
      return [at(event)];
  }
}
