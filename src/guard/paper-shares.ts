import { CeremonyError } from '../base/errors.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Custody } from './custody.ts';
import type { PaperPages } from './paper-pages.ts';
import { printerAt } from './printer.ts';
import type { Proposals } from './proposals.ts';
import { printShare } from './share-printing.ts';
import type { GuardTerminal } from './terminal.ts';

export interface PrintRequest {
  /** The script's name of the HSM whose key is to be wrapped. */
  readonly hsm: string;
  readonly set: string;
  /** Whose share. */
  readonly seat: string;
  /** As people call it; it stands on the page, and nothing follows from it. */
  readonly ca: string;
  /**
   * What the record says of a page of theirs before this: `printing`: there may be one; `read-back`: there is one, which is
   * read back once more, and nothing is printed unless it cannot be.
   */
  readonly before: 'none' | 'printing' | 'read-back';
}

/** All that is recorded of it. */
export interface PrintedShare {
  readonly seat: string;
  /** When the page that was read back had been handed to the printer: UTC, whole seconds. Null where another guard did that. */
  readonly printedAt: string | null;
  /** Pages that this guard has sent to the printer for them: all but the last are to be shredded. */
  readonly pages: number;
}

export interface PaperSharesSetup {
  readonly terminal: GuardTerminal;
  readonly authorization: Pick<Authorization, 'mode'>;
  readonly now: () => string;
  /** Where they are printed; nowhere unless told. */
  readonly printer?: string | null;
  readonly custody: Pick<Custody, 'provenShares'>;
  readonly proposals: Pick<Proposals, 'approved'>;
  readonly pages: PaperPages;
}

/** Shares that this guard prints: those alone of which all their custodians have approved that they are on paper. */
export class PaperShares {
  readonly #setup: PaperSharesSetup;

  constructor(setup: PaperSharesSetup) {
    this.#setup = setup;
  }

  /**
   * Prints one share of a set that all its custodians have just proven, and has its custodian read the page back; or has them
   * read back the one that another guard printed. What goes wrong on the way is no reason for another page unasked: people
   * have it printed again, and read that one may lie.
   * @throws CeremonyError PRINTER_REFUSED, SHARE_UNPROVEN, SHARE_FOREIGN_SET; QUORUM_NOT_MET where not all have approved that it
   *   is printed; SHARE_DUPLICATE where it was read back before; why a page was not read back
   */
  async print({ hsm, set: id, seat, ca, before }: PrintRequest): Promise<PrintedShare> {
    const { terminal, now, authorization, custody, pages, printer: path = null } = this.#setup;
    if (path === null)
      throw new CeremonyError('PRINTER_REFUSED', 'the site names no printer for paper shares', {
        hint: 'printer: /dev/usb/lp0 in the site binding, which is authorized with it',
      });
    const { set, shares } = custody.provenShares(hsm, id);
    this.#requireApproved(hsm, set);
    const share = shares.find((one) => one.seat === seat);
    if (!share) throw new CeremonyError('SHARE_FOREIGN_SET', `"${seat}" holds no share of the set ${id}`);
    if (pages.isReadBack(id, seat))
      throw new CeremonyError(
        'SHARE_DUPLICATE',
        `the share of "${seat}" of the set ${id} was printed and read back: there is one page of each`,
      );
    const printer = printerAt(path);
    const isPrinted = before === 'read-back';
    if (!isPrinted) await printer.look();
    const facts = { ca, kind: set.kind, isRehearsal: authorization.mode === 'rehearsal' };
    const onPage = () => pages.sent(id, seat);
    const mayLie = before !== 'none' || pages.mayLie(id, seat);
    const printing = { terminal, printer, set, share, facts, now, mayLie, isPrinted, onPage };
    const printedAt = await printShare(printing);
    pages.readBack(id, seat);
    return { seat, printedAt, pages: pages.sentOf(id, seat) };
  }

  /**
   * Every custodian has approved, in front of this guard, a wrapping under that set that says that it is on paper. That its
   * time is up stops the HSM, and not the pages: printing takes long, and what is begun is finished.
   * @throws CeremonyError QUORUM_NOT_MET
   */
  #requireApproved(hsm: string, { id, shares }: ShareSet): void {
    const wrapping = this.#setup.proposals
      .approved(hsm)
      .find(({ descriptor: { operation } }) => operation.op === 'wrap-key' && operation.set.id === id);
    const operation = wrapping?.descriptor.operation;
    if (operation?.op !== 'wrap-key' || !operation.paper)
      throw new CeremonyError(
        'QUORUM_NOT_MET',
        `nobody has approved that the shares of the set ${id} are printed: its operation does not say so`,
      );
    const missing = shares.flatMap(({ seat }) => (wrapping?.approvedBy.has(seat) ? [] : [seat]));
    if (missing.length === 0) return;
    throw new CeremonyError(
      'QUORUM_NOT_MET',
      `${missing.join(', ')} did not approve that the shares of the set ${id} are printed`,
    );
  }
}
