import { withCorrections } from '../transcript/correction.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';
import type { Plan, PlannedMaterial, PlannedStep, PlannedUnit } from './plan.ts';

/** What is done with a thing, as the record says it. */
export const CUSTODY_ACTS = ['unsealed', 'sealed', 'handed-over', 'destroyed'] as const;
export type CustodyAct = (typeof CUSTODY_ACTS)[number];

/** Step type → what it does. */
export const CUSTODY_STEPS: Readonly<Record<string, CustodyAct>> = {
  unseal: 'unsealed',
  seal: 'sealed',
  'hand-over': 'handed-over',
  'destroy-material': 'destroyed',
};

/** The one that takes a bag. */
export const SEALS = 'seal';

/** Where a thing is. */
export interface Custody {
  readonly state: 'sealed' | 'open' | 'handed-over' | 'destroyed';
  /** The bag it is in, or null. */
  readonly bag: string | null;
  /** The safe or box it is in, or who has it; null where it is in the room. */
  readonly place: string | null;
}

/** Longest number of a bag: it must fit one line with the name of the thing. */
const LONGEST_BAG = 32;

/** What is wrong with a bag's number as it is typed, or undefined. */
export function bagFault(bag: string): string | undefined {
  if (bag.length > LONGEST_BAG) return `expected at most ${LONGEST_BAG} characters`;
  return /^[A-Za-z0-9](?:[A-Za-z0-9 ./-]*[A-Za-z0-9])?$/.test(bag)
    ? undefined
    : 'expected the number on the bag: letters, digits, blanks, dots, slashes and hyphens';
}

export function materialOf(plan: Pick<Plan, 'materials'>, name: string): PlannedMaterial | undefined {
  return plan.materials.find((material) => material.name === name);
}

/** The things that a step of custody is about: all of the item, or the one of the person who does the step. */
export function unitsOfStep(plan: Pick<Plan, 'materials'>, step: PlannedStep): readonly PlannedUnit[] {
  const units = materialOf(plan, String(step.params['item'] ?? ''))?.units ?? [];
  return step.key === step.id ? units : units.filter(({ seat }) => seat === null || step.by.includes(seat));
}

/** Where a thing goes: one place for all, or one for each in order. */
export function placeOf(step: PlannedStep, plan: Pick<Plan, 'materials'>, unit: string): string {
  const wanted = step.params['keep'] ?? step.params['to'] ?? null;
  if (!Array.isArray(wanted)) return String(wanted ?? '');
  return String(wanted[unitsOfStep(plan, step).findIndex((one) => one.unit === unit)] ?? '');
}

/** How everything arrives. */
export function custodyAtFirst(plan: Pick<Plan, 'materials'>): ReadonlyMap<string, Custody> {
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
export function custodyAfter(plan: Pick<Plan, 'materials'>, events: readonly Event[]): ReadonlyMap<string, Custody> {
  const custody = new Map(custodyAtFirst(plan));
  for (const event of withCorrections(events)) {
    const change = event.type === 'answer' ? changeOf(event) : undefined;
    if (change && custody.has(change.unit)) custody.set(change.unit, change.custody);
  }
  return custody;
}

/** Every number that was ever on a bag here, as far as these events go. */
export function bagsSeen(plan: Pick<Plan, 'materials'>, events: readonly Event[]): ReadonlySet<string> {
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
