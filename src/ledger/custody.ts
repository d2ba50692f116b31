import { withCorrections } from '../transcript/correction.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';

/** What is done with a thing, as the record says it. */
export type CustodyAct = 'unsealed' | 'sealed' | 'handed-over' | 'destroyed';

/** Where a thing is. */
export interface Custody {
  readonly state: 'sealed' | 'open' | 'handed-over' | 'destroyed';
  /** The bag it is in, or null. */
  readonly bag: string | null;
  /** The safe or box it is in, or who has it; null where it is in the room. */
  readonly place: string | null;
}

/** The things in the room, as far as custody takes them from a plan; the plan itself stands above the ledger. */
export interface CustodyPlan {
  readonly materials: readonly {
    readonly name: string;
    readonly kind: string;
    readonly arrives: string;
    readonly units: readonly {
      readonly unit: string;
      readonly make: string | null;
      readonly serial: string | null;
      readonly bag: string | null;
      readonly place: string | null;
    }[];
  }[];
}

/** How everything arrives. */
export function custodyAtFirst(plan: CustodyPlan): ReadonlyMap<string, Custody> {
  return new Map(
    plan.materials.flatMap(({ arrives, units }) =>
      units.map(({ unit, bag, place }): [string, Custody] => [
        unit,
        arrives === 'sealed' ? { state: 'sealed', bag, place } : { state: 'open', bag: null, place: null },
      ]),
    ),
  );
}

/**
 * Where everything is after these events, corrections applied: from what was answered alone. Of an answer that names
 * nothing of the plan, or nothing that is done with a thing, nothing is taken; a verifier says so.
 */
export function custodyAfter(plan: CustodyPlan, events: readonly Event[]): ReadonlyMap<string, Custody> {
  const custody = new Map(custodyAtFirst(plan));
  for (const event of withCorrections(events)) {
    const change = event.type === 'answer' ? changeOf(event) : undefined;
    if (change && custody.has(change.unit)) custody.set(change.unit, change.custody);
  }
  return custody;
}

/** Every number that was ever on a bag here, as far as these events go. */
export function bagsSeen(plan: CustodyPlan, events: readonly Event[]): ReadonlySet<string> {
  const arrived = plan.materials.flatMap(({ units }) => units.flatMap(({ bag }) => bag ?? []));
  const used = withCorrections(events).flatMap((event) =>
    event.type === 'answer' && typeof event.values['bag'] === 'string' ? [event.values['bag']] : [],
  );
  return new Set([...arrived, ...used]);
}

function changeOf({ values }: AnswerEvent): { readonly unit: string; readonly custody: Custody } | undefined {
  const { unit, did, bag, place } = values;
  if (typeof unit !== 'string') return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  switch (did) {
    case 'unsealed':
      return { unit, custody: { state: 'open', bag: null, place: null } };
    case 'sealed':
      return { unit, custody: { state: 'sealed', bag: text(bag), place: text(place) } };
    case 'handed-over':
      return { unit, custody: { state: 'handed-over', bag: null, place: text(place) } };
    case 'destroyed':
      return { unit, custody: { state: 'destroyed', bag: null, place: null } };
    default:
      return undefined;
  }
}
