import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';

type Restoration = Extract<Operation, { op: 'unwrap-key' }>;

/** What a guard knows of restorations whose end it has not seen: it was begun, or is said to be done, by whoever tells it. */
export class Restorations {
  /** Half of the key, or all of it, may be on the HSM. */
  readonly #begun = new Set<string>();
  /** Said to be done, where the HSM shows no public key: what becomes of each is still to be told. HSM and key → words. */
  readonly #unseen = new Map<string, string>();

  begin(hsm: string, key: Sha256): void {
    this.#begun.add(at(hsm, key));
  }

  end(hsm: string, key: Sha256): void {
    this.#begun.delete(at(hsm, key));
  }

  /** It is said to be restored there, and the HSM does not show it. @param name of the key, for messages */
  unseen(hsm: string, key: Sha256, name: string): void {
    this.#unseen.set(at(hsm, key), `the key "${name}" was restored on "${hsm}", which shows no public key ${key}`);
  }

  /** What was destroyed there since, or may have been, shows nothing. */
  gone(hsm: string, key: Sha256): void {
    this.#unseen.delete(at(hsm, key));
  }

  /** The same of everything on an HSM. */
  allGone(hsm: string): void {
    for (const where of this.#unseen.keys()) if (where.startsWith(`${hsm} `)) this.#unseen.delete(where);
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING while a key is said to be where it is not */
  requireSeen(): void {
    const [unseen] = this.#unseen.values();
    if (unseen === undefined) return;
    throw new CeremonyError('HSM_OBJECT_MISSING', `the record says that ${unseen}`, {
      hint: 'see what is on it: nothing is taken for a copy that is not there',
    });
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
