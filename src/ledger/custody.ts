import { withCorrections } from '../transcript/correction.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';

/** What is done with a thing, as the record says it. */
export type CustodyAct = 'unsealed' | 'sealed' | 'handed-over' | 'destroyed';

/** Step type → what it does with a thing. */
export const CUSTODY_STEPS: Readonly<Record<string, CustodyAct>> = {
  unseal: 'unsealed',
  seal: 'sealed',
  'hand-over': 'handed-over',
  'destroy-material': 'destroyed',
};

/** The one that types what was done on paper, also with things. */
export const TRANSCRIBES = 'transcribe';

/** What a script calls a box of each person's own: where that is, the site says by person. */
export const OWN_BOX = 'own-box';

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
  for (const answer of custodyAnswers(events)) {
    const change = changeOf(answer);
    if (change && custody.has(change.unit)) custody.set(change.unit, change.custody);
  }
  return custody;
}

/** What was said of things, corrections applied, by the steps that ask for it: a value of the same name elsewhere is none. */
export function custodyAnswers(events: readonly Event[]): readonly (Event & AnswerEvent)[] {
  const kinds = new Map<string, string>();
  return withCorrections(events).filter((event): event is Event & AnswerEvent => {
    if (event.type === 'step') kinds.set(event.step, event.kind);
    if (event.type !== 'answer' || typeof event.values['unit'] !== 'string') return false;
    const kind = kinds.get(event.step) ?? '';
    return kind === TRANSCRIBES || CUSTODY_STEPS[kind] !== undefined;
  });
}

/** The bag that a thing came out of last, or arrived in; null where it was in none. */
export function lastBag(plan: CustodyPlan, events: readonly Event[], unit: string): string | null {
  const out = custodyAnswers(events).findLast(({ values }) => values['unit'] === unit && values['did'] === 'unsealed');
  const arrived = plan.materials.flatMap(({ units }) => units).find((one) => one.unit === unit)?.bag ?? null;
  return typeof out?.values['bag'] === 'string' ? out.values['bag'] : arrived;
}

/** One number for what people read alike. */
export function sameBag(bag: string): string {
  return bag.toUpperCase();
}

/** Every number that was ever on a bag here, as far as these events go; compare with {@link sameBag}. */
export function bagsSeen(plan: CustodyPlan, events: readonly Event[]): ReadonlySet<string> {
  const arrived = plan.materials.flatMap(({ units }) => units.flatMap(({ bag }) => bag ?? []));
  const used = custodyAnswers(events).flatMap(({ values }) =>
    typeof values['bag'] === 'string' ? [values['bag']] : [],
  );
  return new Set([...arrived, ...used].map(sameBag));
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
