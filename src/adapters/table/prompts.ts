import inquirer from 'inquirer';
import type { TableDisplay } from './table-display.ts';

/** What opens the menu at any prompt, besides Ctrl-C. */
export const MENU_KEY = '?';

/** A list shows as many of its options even where there is no room. */
const LEAST_OPTIONS = 7;

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

  /** @returns the line, trimmed; {@link MENU_KEY} for Ctrl-C. @param problem says what is wrong with a line, which is then asked again */
  async line(message: string, problem?: (typed: string) => string | undefined): Promise<string> {
    const validate = (typed: string) => (typed.trim() === MENU_KEY ? true : (problem?.(typed.trim()) ?? true));
    const asked = this.#prompt<{ answer: string }>([{ type: 'input', name: 'answer', message, validate }]);
    return (await this.#orMenu(asked.then(({ answer }) => answer))).trim();
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
    const validate = (chosen: readonly unknown[]) =>
      chosen.length >= least || `choose at least ${least}, with the space bar`;
    const asked = this.#prompt<{ answer: string[] }>([
      { type: 'checkbox', name: 'answer', message, choices, validate, loop: false },
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
