import type { CustodyAct } from '../ledger/custody.ts';
import type { Plan, PlannedMaterial, PlannedStep, PlannedUnit } from './plan.ts';

/** Step type → what it does. */
export const CUSTODY_STEPS: Readonly<Record<string, CustodyAct>> = {
  unseal: 'unsealed',
  seal: 'sealed',
  'hand-over': 'handed-over',
  'destroy-material': 'destroyed',
};

/** The one that takes a bag. */
export const SEALS = 'seal';

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
