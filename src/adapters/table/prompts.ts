import inquirer from 'inquirer';
import type { TableDisplay } from './table-display.ts';

/** What opens the menu at any prompt, besides Ctrl-C. */
export const MENU_KEY = '?';

/** A list shows as many of its options even where there is no room. */
const LEAST_OPTIONS = 7;

/** Rows more than they count as that answers before a list in the menu, and its own question, may be wrapped to. */
const WRAPPED_ROWS = 3;

export interface Option<T extends string> {
  readonly name: T;
  readonly text: string;
}

/** Questions on the terminal, by the prompts of inquirer. Ctrl-C never ends anything: it is asked what it was for. */
export class Prompts {
  readonly #display: TableDisplay;

  constructor(display: TableDisplay) {
    this.#display = display;
  }

  get #prompt() {
    const { input, output, gone } = this.#display;
    return inquirer.createPromptModule({ input, output, signal: gone });
  }

  /**
   * @returns the line, trimmed; {@link MENU_KEY} for Ctrl-C, and for that key alone or behind a line that was refused
   * @param problem says what is wrong with a line, which is then asked again
   */
  async line(message: string, problem?: (typed: string) => string | undefined): Promise<string> {
    // What was refused stays on the line to be mended: who then asks for the menu types behind it.
    let refused: string | undefined;
    const validate = (line: string) => {
      const typed = line.trim();
      const wrong = problem?.(typed);
      if (typed === MENU_KEY || wrong === undefined || isMenuBehind(refused, typed)) return true;
      refused = typed;
      return wrong;
    };
    const asked = this.#prompt<{ answer: string }>([{ type: 'input', name: 'answer', message, validate }]);
    const answer = (await this.#orMenu(asked.then(({ answer: line }) => line))).trim();
    return isMenuBehind(refused, answer) && problem?.(answer) !== undefined ? MENU_KEY : answer;
  }

  /** @returns the name of an option, or undefined for Ctrl-C */
  async select<T extends string>(message: string, options: readonly Option<T>[]): Promise<T | undefined> {
    const choices = options.map(({ name, text }) => ({ name: text, value: name }));
    // All of them at once where they fit: who sees half of a list chooses from that half.
    const pageSize = Math.max(LEAST_OPTIONS, Math.min(choices.length, this.#display.free));
    const asked = this.#prompt<{ answer: T }>([
      { type: 'select', name: 'answer', message, choices, loop: false, pageSize },
    ]);
    const answer = await this.#orMenu(asked.then(({ answer: chosen }) => chosen as string));
    return answer === MENU_KEY ? undefined : (answer as T);
  }

  /** @returns the names chosen. @param least how many there must be */
  async several(message: string, options: readonly string[], least: number): Promise<readonly string[] | undefined> {
    const choices = options.map((name) => ({ name, value: name }));
    const pageSize = Math.max(LEAST_OPTIONS, Math.min(choices.length, this.#display.free - WRAPPED_ROWS));
    const told = choices.length > pageSize ? `${message} (${choices.length} are listed: arrow keys)` : message;
    const validate = (chosen: readonly unknown[]) =>
      chosen.length >= least || `choose at least ${least}, with the space bar`;
    const asked = this.#prompt<{ answer: string[] }>([
      { type: 'checkbox', name: 'answer', message: told, choices, validate, loop: false, pageSize },
    ]);
    const answer = await this.#orMenu(asked.then(({ answer: chosen }) => chosen.join('\n')));
    return answer === MENU_KEY ? undefined : answer.split('\n');
  }

  async #orMenu(asked: Promise<string>): Promise<string> {
    try {
      return await this.#display.whileThere(asked);
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError') return MENU_KEY;
      throw error;
    }
  }
}

function isMenuBehind(refused: string | undefined, typed: string): boolean {
  return refused !== undefined && typed.endsWith(MENU_KEY) && typed.slice(0, -MENU_KEY.length).trimEnd() === refused;
}
