import { CeremonyError } from '../base/errors.ts';
import { openPaperShare, recordOfPaper } from '../paper-share/hold.ts';
import { describeRowProblem, type RowProblem, RowReader, scannedRows } from '../paper-share/read-rows.ts';
import { ROW_SYMBOLS, ROWS } from '../paper-share/row-code.ts';
import type { OpenedShare } from '../quorum/share-envelope.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { GuardTerminal } from './terminal.ts';

/** So often a row is typed before it is given up: somebody cannot read their page. */
const MOST_TRIES = 5;

export interface PaperEntry {
  readonly terminal: GuardTerminal;
  /** The record that judges. */
  readonly set: ShareSet;
  /** The HSM or key that the set opens. */
  readonly label: string;
  /** Whose share is asked for. */
  readonly seat: string;
  /** Shares of the set that are open already, from paper or from envelopes. */
  readonly presented: readonly OpenedShare[];
}

/**
 * A share from paper, typed row by row on the guard's own terminal, or scanned in place of any row. What cannot be right
 * is said of each row when it is typed: a typing error is typed again; whose share it is is known after row 2, before
 * anything secret. Rows are seen as marks, and one share at a time is typed.
 * @returns a share held to the record, as an envelope would have given it; the caller zeroes it
 * @throws CeremonyError SHARE_ROW (given up after five tries of a row, or rows that fit and are no share),
 *   SHARE_FOREIGN_SET, SHARE_POINT, SHARE_DUPLICATE, SHARE_COMMITMENT; PRESENTATION_CANCELLED when it is left
 */
export async function readPaperShare(entry: PaperEntry): Promise<OpenedShare> {
  const reading = new Reading(entry);
  try {
    return await entry.terminal.session(() => reading.share());
  } finally {
    reading.forget();
  }
}

const COMPARE = 'compare every row with the page; if they are the same, the page is not what was printed';

function introduction({ seat, set, label }: PaperEntry): string[] {
  return [
    `PAPER SHARE OF ${seat}, FOR "${label}"`,
    `Set ${set.id.match(/.{4}/g)?.join(' ')}`,
    '',
    `${seat} alone looks at the page, and types its ${ROWS} rows one by one,`,
    `${ROW_SYMBOLS} characters each. Blanks and capitals do not matter; a mark is shown for each.`,
    'A scanner may read the code in place of the rows. Ctrl-C leaves it.',
    '',
  ];
}

class Reading {
  readonly #entry: PaperEntry;
  readonly #rows = new RowReader();
  /** In a row, without one that fitted. */
  #failures = 0;

  constructor(entry: PaperEntry) {
    this.#entry = entry;
  }

  async share(): Promise<OpenedShare> {
    const { terminal, set, label } = this.#entry;
    await terminal.show(introduction(this.#entry));
    for (let row = 1; row <= ROWS; ) row = await this.#ask(row);
    const paper = this.#rows.share();
    if ('kind' in paper) throw new CeremonyError('SHARE_ROW', describeRowProblem(paper), { hint: COMPARE });
    const share = openPaperShare(paper, set, label);
    await terminal.show([`The share of ${share.seat} is the recorded one. Put the page away.`]);
    return share;
  }

  forget(): void {
    this.#rows.forget();
  }

  /** @returns the row that is asked for next: the same one again when it does not fit */
  async #ask(row: number): Promise<number> {
    const { terminal, seat } = this.#entry;
    const line = await terminal.readRow(`${seat}, row ${row} of ${ROWS}:`);
    try {
      const scanned = scannedRows(line);
      const problem = scanned ? this.#takeAll(scanned) : this.#take(row, line);
      if (!problem) {
        this.#failures = 0;
        const next = scanned ? ROWS + 1 : row + 1;
        if (row <= 2 && next > 2) await this.#sayWhose();
        return next;
      }
      await this.#refuse(`${scanned ? 'in the code, ' : ''}${describeRowProblem(problem)}`);
      // Of a code that does not fit nothing stays, nor of what was typed before it.
      return scanned ? 1 : row;
    } finally {
      line.fill(0);
    }
  }

  async #refuse(problem: string): Promise<void> {
    this.#failures += 1;
    if (this.#failures === MOST_TRIES) {
      throw new CeremonyError('SHARE_ROW', problem, {
        hint: `it was tried ${MOST_TRIES} times: try the code on the page, or the share of somebody else`,
      });
    }
    await this.#entry.terminal.show([problem]);
  }

  #takeAll(rows: readonly Uint8Array[]): RowProblem | undefined {
    this.#rows.forget();
    for (const [index, row] of rows.entries()) {
      const problem = this.#take(index + 1, row);
      if (problem) {
        this.#rows.forget();
        return problem;
      }
    }
    return undefined;
  }

  /** @throws CeremonyError for a row that is typed right, and of a share that is not to be taken */
  #take(row: number, typed: Uint8Array): RowProblem | undefined {
    const problem = this.#rows.take(row, typed);
    if (!problem && row <= 2) this.#holdHeader();
    return problem;
  }

  #holdHeader(): void {
    const { set, seat, presented } = this.#entry;
    const { header, setBegins } = this.#rows;
    if (!set.id.startsWith(setBegins)) {
      throw new CeremonyError(
        'SHARE_FOREIGN_SET',
        `the paper share belongs to set ${setBegins}${header ? '' : '…'}, expected ${set.id}`,
        { hint: 'look at the set id on the page' },
      );
    }
    if (!header) return;
    const record = recordOfPaper(header, set);
    const before = presented.find(({ x }) => x === header.x);
    if (before) {
      throw new CeremonyError(
        'SHARE_DUPLICATE',
        `the share at x = ${header.x}, of "${before.seat}", is open already; each counts once`,
      );
    }
    if (record.seat !== seat) {
      throw new CeremonyError(
        'SHARE_POINT',
        `the paper share has x = ${header.x}, which is that of "${record.seat}"; "${seat}" was asked for theirs`,
        { hint: 'whose page this is presents it in their own turn' },
      );
    }
  }

  async #sayWhose(): Promise<void> {
    const { header } = this.#rows;
    if (!header) return;
    const { seat, terminal } = this.#entry;
    await terminal.show([
      `It is the share x = ${header.x} of ${seat}; ${header.threshold} of ${header.count} are needed.`,
    ]);
  }
}
