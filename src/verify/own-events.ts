import type { Event } from '../transcript/event.ts';
import type { Proposal } from './parts.ts';

export interface OwnEvents {
  readonly events: readonly Event[];
  /** Lines of the step are withheld: it cannot be judged. */
  readonly incomplete: boolean;
}

/**
 * The events of each step, by its key: what was recorded between its begin and its end, and what speaks of proposals
 * that were made for it in another step.
 */
export function ownEvents(events: readonly Event[], proposals: readonly Proposal[]): ReadonlyMap<string, OwnEvents> {
  const own = new Map<string, Set<Event>>();
  const incomplete = new Set<string>();
  let open: { readonly step: string; readonly seq: number } | undefined;
  let before = 0;
  for (const event of events) {
    if (open && event.seq !== before + 1) incomplete.add(open.step);
    before = event.seq;
    if (event.type === 'step' && event.phase === 'begin') {
      open = event;
      own.set(event.step, new Set());
    }
    if (open) own.get(open.step)?.add(event);
    if (event.type === 'abort' || (event.type === 'step' && event.phase === 'end')) open = undefined;
  }
  for (const { event, approvals, declined, intents, results } of proposals) {
    const mine = own.get(event.step);
    for (const one of [event, ...approvals, ...declined, ...intents, ...results]) mine?.add(one);
  }
  const inOrder = (set: Set<Event>) => [...set].sort((a, b) => a.seq - b.seq);
  return new Map([...own].map(([step, set]) => [step, { events: inOrder(set), incomplete: incomplete.has(step) }]));
}
