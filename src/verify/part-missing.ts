import { CeremonyError } from '../base/errors.ts';
import type { PartName, Parts } from './parts.ts';

/** Thrown when a part cannot be made: the check `owner` reports it, and what needs the part does not run. */
export class PartMissing extends Error {
  readonly owner: string;
  readonly where: string;

  constructor(owner: string, where: string, message: string) {
    super(message);
    this.owner = owner;
    this.where = where;
  }
}

/** A part by its name, or undefined where it cannot be made. */
export type PartOrNone = <N extends PartName>(name: N) => Parts[N] | undefined;

export function orNone(get: <N extends PartName>(name: N) => Parts[N]): PartOrNone {
  return (name) => {
    try {
      return get(name);
    } catch (error) {
      if (error instanceof PartMissing || error instanceof CeremonyError) return undefined;
      throw error;
    }
  };
}
