import type { Faults } from './faults.ts';

/** One fault, and the one check that names it. */
export interface Vector {
  /** Id of the check; for faults that a step type names, the type's own id. */
  readonly check: string;
  /** What is wrong, for people. */
  readonly title: string;
  readonly faults: Faults;
  /** Where one of the findings lies, for a fault that is found at several places. */
  readonly where?: string;
  /** Whether verify.sh finds it too. It does not check everything. */
  readonly shell?: boolean;
}

export function defineVector(vector: Vector): Vector {
  return vector;
}

export const OTHER_DIGEST = 'ab'.repeat(32);
