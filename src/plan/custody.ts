import type { Plan, PlannedMaterial, PlannedStep, PlannedUnit } from './plan.ts';

/** The one that takes a bag. */
export const SEALS = 'seal';

/** What stands for a bag's number where a thing is still in its maker's packaging. */
export const FACTORY = 'factory';

/** Longest number of a bag: it must fit one line with the name of the thing. */
const LONGEST_BAG = 32;

/** What is wrong with a bag's number as it is typed, or undefined. */
export function bagFault(bag: string): string | undefined {
  if (bag.toLowerCase() === FACTORY) return `"${FACTORY}" is what things arrive in, and no number`;
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
  if (step.key === step.id) return units;
  // Whose thing it is stands in the key: whoever came in their place does it, and the thing stays the same.
  const of = step.key.slice(step.id.length + 1);
  return units.filter(({ seat }) => seat === null || seat === of);
}

/** Where a thing goes: one place for all, or one for each in order. */
export function placeOf(step: PlannedStep, plan: Pick<Plan, 'materials'>, unit: string): string {
  const wanted = step.params['keep'] ?? step.params['to'] ?? null;
  if (!Array.isArray(wanted)) return String(wanted ?? '');
  return String(wanted[unitsOfStep(plan, step).findIndex((one) => one.unit === unit)] ?? '');
}
