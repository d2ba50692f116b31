import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { eventOf, type Transition, transitionsIn } from '../../src/ledger/key-history.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Event } from '../../src/transcript/event.ts';

/** Where a change to a record leaves the states of its keys: as they are recorded, and as they follow from the rest. */
export interface Restated {
  readonly isAsRecorded: boolean;
  /** The events, with what follows from them in place of what was recorded. */
  readonly events: readonly Event[];
}

/**
 * What a fault makes of the states of keys, recorded as it follows: a pack is wrong in what it is meant to be wrong in alone.
 * @param events before they are linked; @param linked the same after that, one for one
 */
export function restated(
  events: readonly Event[],
  linked: readonly Event[],
  plan: Plan,
  before: Ledger | null,
): Restated {
  let due: readonly Transition[];
  try {
    due = transitionsIn(plan, linked, before);
  } catch (error) {
    // A fault may make it impossible: nobody can say then what follows.
    if (error instanceof CeremonyError) return { isAsRecorded: true, events };
    throw error;
  }
  const recorded = linked.filter((event) => event.type === 'key-state');
  const isAsRecorded =
    recorded.length === due.length && recorded.every((event, index) => isOf(event, due[index], linked));
  const original = (seq: number) => events[seq - 1] as Event;
  const after = Map.groupBy(due, (transition) => transition.after);
  const all = events.flatMap((event, index) => {
    const own = (after.get(index + 1) ?? []).map((transition) => {
      const { proposal, ...rest } = eventOf(transition);
      return { ...original(index + 1), ...rest, proposal: proposal === null ? null : original(proposal).seq };
    });
    const { seq, at } = event;
    const stated = own.map(({ type, step, key, from, to, reason, proposal }, nth) => ({
      ...{ type, step, key, from, to, reason, proposal, seq, at },
      salt: sha256(`state ${index} ${nth}`).slice(0, 32),
    }));
    return [...(event.type === 'key-state' ? [] : [event]), ...stated];
  });
  return { isAsRecorded, events: all };
}

function isOf(event: Event & { type: 'key-state' }, due: Transition | undefined, events: readonly Event[]): boolean {
  if (!due) return false;
  const { step, key, from, to, reason, proposal } = event;
  const said = { type: 'key-state', step, key, from, to, reason, proposal };
  const between = events.slice(due.after, event.seq - 1);
  return (
    JSON.stringify(said) === JSON.stringify(eventOf(due)) &&
    event.seq > due.after &&
    between.every(({ type }) => type === 'key-state' || type === 'resume')
  );
}
