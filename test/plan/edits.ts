import { type Change, type Edit, SCRIPT } from './planned.ts';

/** One thing that is wrong, and the code of the problem that must be among those that are found. */
export interface Case extends Change {
  readonly name: string;
  readonly code: string;
}

/** The lines of the step with that id, line feeds included. */
export function stepText(id: string): string {
  const lines = SCRIPT.split('\n');
  const first = lines.findIndex((line) => line.startsWith(`      - { id: ${id},`) || line === `      - id: ${id}`);
  if (first < 0) throw new Error(`the script has no step "${id}"`);
  const length = lines.slice(first + 1).findIndex((line) => !line.startsWith('        '));
  return `${lines.slice(first, first + 1 + length).join('\n')}\n`;
}

export const without = (id: string): Edit => [stepText(id), ''];

/** In the step with that id, the first of these texts becomes the second. */
export function within(id: string, from: string, to: string): Edit {
  const text = stepText(id);
  if (!text.includes(from)) throw new Error(`the step "${id}" does not have ${JSON.stringify(from)}`);
  return [text, text.replace(from, () => to)];
}

/** A line of a step's list, such as `{ id: again, step: … }`. */
export const stepLine = (step: string): string => `      - ${step}\n`;

export const before = (id: string, steps: string): Edit => [stepText(id), steps + stepText(id)];
export const after = (id: string, steps: string): Edit => [stepText(id), stepText(id) + steps];

/** Moves a step: it is cut out and stands before, or after, another one. */
export const movedBefore = (id: string, other: string): readonly Edit[] => [without(id), before(other, stepText(id))];
export const movedAfter = (id: string, other: string): readonly Edit[] => [without(id), after(other, stepText(id))];
