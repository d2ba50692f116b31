import type { PlannedAct, PlannedStep } from './plan.ts';

/*
 * What is said of a step in the same words everywhere: on the screen, in the printed script, and where a plan is
 * listed. People compare the one with the other.
 */

export const DOES_IT = 'does it';
export const CHECKS_IT = 'checks it';
export const CANNOT_BE_UNDONE = 'THIS CANNOT BE UNDONE.';
export const WRITE_HEAD = 'Everyone writes the head of the record on their paper copy:';
/** Stands for a list of seats in which nobody is missing. */
export const EVERYONE = 'everyone here';

/** `11  root-key (generate-key)` */
export function stepTitle(step: Pick<PlannedStep, 'number' | 'id' | 'type'>): string {
  return `${step.number}  ${step.id} (${step.type})`;
}

/** `Act 3 of 5: Root key` @param of how many acts there are */
export function actTitle(act: Pick<PlannedAct, 'index' | 'title'>, of: number): string {
  return `Act ${act.index + 1} of ${of}: ${act.title}`;
}

export function endOfAct(act: Pick<PlannedAct, 'index' | 'title'>): string {
  return `End of act ${act.index + 1}: ${act.title}`;
}

export function unlockedFor(activation: NonNullable<PlannedAct['activation']>): string {
  return `the HSM stays unlocked for at most ${activation.seconds / 60} minutes and ${activation.operations} operations`;
}

export function onlyIf(when: NonNullable<PlannedStep['when']>): string {
  return 'input' in when
    ? `only if the input "${when.input}" is given`
    : `only if "${when.answer}" is answered ${when.is}`;
}

/** What is typed to begin a step that cannot be undone. */
export function typeToGoOn(step: Pick<PlannedStep, 'id'>): string {
  return `Type "${step.id}" to go on:`;
}

/** What a field of that type takes. @param shape `9` a digit, `#` a letter, the rest for itself */
export function fieldHint(type: 'utc' | 'date' | 'integer' | 'serial' | 'text', shape?: string): string {
  return shape === undefined ? FIELD_HINT[type] : `shape ${shape}: 9 a digit, # a letter`;
}

const FIELD_HINT = {
  utc: 'UTC, such as 2027-03-01T09:00:00Z',
  date: 'a date, such as 2027-03-01',
  integer: 'a whole number',
  serial: 'the serial',
  text: 'type it',
} as const;
