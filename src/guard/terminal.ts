import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { screenRows } from '../base/screen-rows.ts';
import { escapeHidden } from '../base/text.ts';
import type { Look, Screen } from './screen.ts';

const MOST_QUESTIONS = 5;
/** Left with Ctrl-C, or longer than a line may be. */
const UNSAID: ReadonlySet<ErrorCode> = new Set(['PRESENTATION_CANCELLED', 'ANSWER_REFUSED']);

/** What the guard says and asks, in a rehearsal and at the table alike. */
export class GuardTerminal {
  readonly #screen: Screen;
  #sessions = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Has the screen for the guard alone until `use` has settled; a session inside another is part of it. */
  async session<T>(use: () => Promise<T>): Promise<T> {
    if (this.#sessions === 0) await this.#screen.take();
    this.#sessions += 1;
    try {
      return await use();
    } finally {
      this.#sessions -= 1;
      if (this.#sessions === 0) this.#screen.release();
    }
  }

  /**
   * The one way onto the screen. Whatever a line was made from, no control character, escape sequence or hidden
   * character reaches the terminal, and nothing is wider than it: one line cannot be made to look like another.
   */
  async show(lines: readonly string[], until?: AbortSignal): Promise<void> {
    await this.#screen.show(screenRows(lines), until);
  }

  /** A visible answer. Not for secrets: it becomes a string. */
  async readText(prompt: string): Promise<string> {
    const line = await this.#screen.readLine(escapeHidden(prompt), true);
    const text = line.toString('utf8').trim();
    line.fill(0);
    return text;
  }

  /** A word that must be typed before it goes on. @throws CeremonyError PRESENTATION_CANCELLED when another is, again and again */
  async readWord(prompt: string, word: string): Promise<void> {
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) if ((await this.readText(prompt)) === word) return;
    throw new CeremonyError('PRESENTATION_CANCELLED', `"${word}" was not typed in ${MOST_QUESTIONS} tries`, {
      hint: 'no PIN was used, and nothing was done',
    });
  }

  /** One of these words. @returns undefined when `until` was given first, and where none of them is typed again and again */
  async readChoice<C extends string>(
    prompt: string,
    choices: readonly C[],
    until: AbortSignal,
  ): Promise<C | undefined> {
    for (let asked = 0; asked < MOST_QUESTIONS && !until.aborted; asked++) {
      const line = await this.#screen.readLine(escapeHidden(prompt), true, until);
      const text = line.toString('utf8').trim();
      const choice = choices.find((one) => one === text);
      if (choice !== undefined && !until.aborted) return choice;
    }
    return undefined;
  }

  /** {@link Screen.status}, of whatever text. */
  status(text: string | undefined): void {
    this.#screen.status(text === undefined ? undefined : escapeHidden(text));
  }

  /** @returns undefined for an approval, or the reason for declining; anything but the two words is asked again */
  async readDecision(seat: string): Promise<string | undefined> {
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
      const word = await this.readText(`${seat}, type "approve" or "decline":`);
      if (word === 'approve') return undefined;
      if (word === 'decline') return await this.#readReason(seat);
    }
    return `no clear answer in ${MOST_QUESTIONS} tries`;
  }

  async #readReason(seat: string): Promise<string> {
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
      const reason = await this.readText(`${seat}, reason for declining:`).catch((error: unknown) => {
        // The word was typed: whatever becomes of its reason, it has been declined.
        if (error instanceof CeremonyError && UNSAID.has(error.code)) return 'no reason given';
        throw error;
      });
      if (reason !== '') return reason;
    }
    return `no reason given in ${MOST_QUESTIONS} tries`;
  }

  /**
   * A PIN, as bytes that the caller zeroes. It is never echoed and never a string. Enter alone is no PIN: who pressed
   * it a moment too late for what stood there before is asked again.
   */
  async readPin(prompt: string): Promise<Buffer> {
    let pin = await this.#screen.readLine(escapeHidden(prompt), false);
    for (let asked = 1; pin.length === 0 && asked < MOST_QUESTIONS; asked++)
      pin = await this.#screen.readLine(escapeHidden(prompt), false);
    return pin;
  }

  /**
   * A row of a paper share, as bytes that the caller zeroes; never a string. A mark is shown for each character: whoever
   * types 21 of them has to see how far they are, and the ceremony is filmed.
   */
  async readRow(prompt: string): Promise<Buffer> {
    return await this.#screen.readLine(escapeHidden(prompt), 'marks');
  }

  /** {@link Screen.waitFor}, of whatever lines. */
  async waitFor<T>(look: Look<T>): Promise<T | undefined> {
    return await this.#screen.waitFor(async () => {
      const seen = await look();
      return 'done' in seen ? seen : { rows: screenRows(seen.rows) };
    });
  }
}
