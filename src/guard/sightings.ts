import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';

interface Unseen {
  /** What the record says of it, for messages. */
  readonly words: string;
  /** Whether the HSM shows that it is not there: what became of it is still to be told. */
  isOwed: boolean;
}

/**
 * Keys that a guard was told of, and has not seen on the HSM that is said to hold them. None of them counts as a copy: by
 * the core's word alone another HSM would lose the last one.
 */
export class Sightings {
  /** HSM and key → what is said of it. */
  readonly #unseen = new Map<string, Unseen>();

  /** @param words as "the key "root" was restored on "hsm""; @param isOwed what became of it is told, or nothing goes on */
  unseen(hsm: string, key: Sha256, words: string, isOwed: boolean): void {
    this.#unseen.set(at(hsm, key), { words: `${words}, which shows no public key ${key}`, isOwed });
  }

  /** The HSM has shown it, or has signed with it. */
  seen(hsm: string, key: Sha256): void {
    this.#unseen.delete(at(hsm, key));
  }

  isUnseen(hsm: string, key: Sha256): boolean {
    return this.#unseen.has(at(hsm, key));
  }

  /** It was destroyed there, and the HSM does not show it. */
  gone(hsm: string, key: Sha256): void {
    this.#unseen.delete(at(hsm, key));
  }

  /** The same of everything on an HSM. */
  allGone(hsm: string): void {
    for (const where of this.#unseen.keys()) if (where.startsWith(`${hsm} `)) this.#unseen.delete(where);
  }

  /** A destruction of it was begun there. It may be gone, so that it need not be seen; for a copy it is taken no sooner. */
  perhapsGone(hsm: string, key: Sha256): void {
    const unseen = this.#unseen.get(at(hsm, key));
    if (unseen) unseen.isOwed = false;
  }

  /** The same of everything on an HSM. */
  allPerhapsGone(hsm: string): void {
    for (const [where, unseen] of this.#unseen) if (where.startsWith(`${hsm} `)) unseen.isOwed = false;
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING while a key is said to be where its HSM shows that it is not */
  requireTold(): void {
    const owed = [...this.#unseen.values()].find(({ isOwed }) => isOwed);
    if (owed === undefined) return;
    throw new CeremonyError('HSM_OBJECT_MISSING', `the record says that ${owed.words}`, {
      hint: 'see what is on it: nothing is taken for a copy that is not there',
    });
  }
}

function at(hsm: string, key: Sha256): string {
  return `${hsm} ${key}`;
}
