import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';

type Restoration = Extract<Operation, { op: 'unwrap-key' }>;

/** What a guard knows of restorations whose end it has not seen. */
export class Restorations {
  /** Half of the key, or all of it, may be on the HSM. */
  readonly #begun = new Set<string>();

  begin(hsm: string, key: Sha256): void {
    this.#begun.add(at(hsm, key));
  }

  end(hsm: string, key: Sha256): void {
    this.#begun.delete(at(hsm, key));
  }

  /**
   * Only what a restoration of that very key has left there is destroyed for it: the class that approves restorations
   * destroys nothing else.
   * @throws CeremonyError DESCRIPTOR_INVALID
   */
  judge({ adopts, key, hsm: { name } }: Restoration): void {
    if (adopts === null || (adopts === key && this.#begun.has(at(name, key)))) return;
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      adopts === key
        ? `the descriptor takes up what a restoration of ${key} left on "${name}"; this guard knows of none that was begun there`
        : `the descriptor restores the key ${key}, and takes up what one of ${adopts} left`,
      { hint: 'a key that stands on an HSM is destroyed in a "destroy-key" step, by the quorum for that' },
    );
  }
}

function at(hsm: string, key: Sha256): string {
  return `${hsm} ${key}`;
}
