import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Operation } from '../quorum/operation.ts';

interface Pages {
  readonly set: string;
  readonly seat: string;
  /** That went to the printer from here. */
  sent: number;
  isReadBack: boolean;
}

/**
 * The guard's own book of shares on paper: what it has sent to the printer, and what its custodian has read back here. The
 * record is written by the core; what it says of a page is no reason to wrap a key, nor to print without a warning.
 */
export class PaperPages {
  /** Sets whose secret was made in this process: no other guard can have printed of them. */
  readonly #made = new Set<string>();
  /** By set and seat. */
  readonly #pages = new Map<string, Pages>();

  made(set: string): void {
    this.#made.add(set);
  }

  /** Whether a page of theirs may lie somewhere, from here or from another guard, whoever says that none does. */
  mayLie(set: string, seat: string): boolean {
    return !this.#made.has(set) || this.sentOf(set, seat) > 0;
  }

  sentOf(set: string, seat: string): number {
    return this.#pages.get(`${set} ${seat}`)?.sent ?? 0;
  }

  isReadBack(set: string, seat: string): boolean {
    return this.#pages.get(`${set} ${seat}`)?.isReadBack ?? false;
  }

  sent(set: string, seat: string): void {
    this.#of(set, seat).sent += 1;
  }

  readBack(set: string, seat: string): void {
    this.#of(set, seat).isReadBack = true;
  }

  /**
   * What people approved as being on paper is: of every custodian a page was read back in front of this guard.
   * @throws CeremonyError SHARE_UNPROVEN
   */
  require(operation: Operation): void {
    if (operation.op !== 'wrap-key' || !operation.paper) return;
    const { id, shares } = operation.set;
    const missing = shares.flatMap(({ seat }) => (this.isReadBack(id, seat) ? [] : [seat]));
    if (missing.length === 0) return;
    throw new CeremonyError(
      'SHARE_UNPROVEN',
      `the shares of the set ${id} are to be on paper, and nobody has read back to this guard the page of ${missing.join(', ')}`,
      {
        hint: 'each has theirs printed and reads it back, or the one from before an interruption, then the key is wrapped',
      },
    );
  }

  /** For who signs the pack: nothing where no page came from here and none was read here. */
  lines(): string[] {
    const sets = Map.groupBy(this.#pages.values(), ({ set }) => set);
    if (sets.size === 0) return [];
    return [
      'SHARES ON PAPER, by its own book:',
      ...[...sets].flatMap(([set, pages]) => [`      set ${set}`, ...pages.map((page) => `      ${wordsOf(page)}`)]),
      'Each page but the one that was read back is shredded.',
      '',
    ];
  }

  #of(set: string, seat: string): Pages {
    const key = `${set} ${seat}`;
    const before = this.#pages.get(key) ?? { set, seat, sent: 0, isReadBack: false };
    this.#pages.set(key, before);
    return before;
  }
}

function wordsOf({ seat, sent, isReadBack }: Pages): string {
  const printed = `${sent === 0 ? 'none' : sent} printed here`;
  return `${escapeForeign(seat)}: ${printed}, ${isReadBack ? 'read back' : 'READ BACK BY NOBODY'}`;
}
