import type { Prompts } from './prompts.ts';
import type { Row, TableDisplay } from './table-display.ts';

/** Stands where a page is full and something follows; the guard says the same on its own pages. */
const MORE = 'More follows. Press Enter to read on';

/**
 * The page on the screen. Whatever was said since the last key press still stands there when something is asked, or
 * somebody has pressed Enter under it: no page goes away before that.
 */
export class Page {
  readonly #display: TableDisplay;
  readonly #prompts: Prompts;
  /** Draws what stands above the rows of every page. */
  #head: () => void;
  #isThere = false;
  /** Rows that are free below the head. */
  #free = 0;
  #number = 0;

  constructor(display: TableDisplay, prompts: Prompts, head: () => void) {
    this.#display = display;
    this.#prompts = prompts;
    this.#head = head;
  }

  /** Which page stands there: what was written on one with another number is gone. */
  get number(): number {
    return this.#number;
  }

  /** A new page, and the head of those that follow it. */
  async begin(head: () => void): Promise<void> {
    await this.leave(head);
    this.#draw();
  }

  /** The next row begins a new page. @param head of that page and those that follow it, where it is another one */
  async leave(head = this.#head): Promise<void> {
    if (this.#isThere && this.#display.unread.length > 0) await this.#readOn();
    this.#head = head;
    this.gone();
  }

  /** Somebody else has had the screen. */
  gone(): void {
    this.#isThere = false;
    this.#number += 1;
  }

  /**
   * Rows below what stands there, on as many pages as they need.
   * @param below how many rows must be free under the last of them
   */
  async add(rows: readonly Row[], below = 0): Promise<void> {
    if (!this.#isThere) this.#draw();
    else if (rows.length + below + 1 > this.#display.free) await this.#turn(rows.length + below);
    if (this.#display.free < this.#free) this.#display.rows([{ text: '' }]);
    for (const [index, row] of rows.entries()) {
      if (this.#display.free < 1 + (index === rows.length - 1 ? below : 0)) {
        await this.leave();
        this.#draw();
        if (row.text === '') continue;
      }
      this.#display.rows([row]);
    }
  }

  /** What was just said goes on to the new page, to be seen with what is asked; where both do not fit, it is read first. */
  async #turn(height: number): Promise<void> {
    const { unread } = this.#display;
    const said = unread.slice(unread.findIndex(({ text }) => text !== ''));
    const isCarried = said.length + height + 1 <= this.#free;
    if (!isCarried) await this.leave();
    this.#draw();
    if (isCarried) this.#display.rows(said);
  }

  async #readOn(): Promise<void> {
    let typed: string;
    do typed = await this.#prompts.line(MORE);
    while (typed !== '');
  }

  #draw(): void {
    this.#display.clear();
    this.#isThere = true;
    this.#number += 1;
    this.#head();
    this.#free = this.#display.free;
  }
}
