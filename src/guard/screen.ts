import type { Duplex } from 'node:stream';
import { CeremonyError } from '../base/errors.ts';

/** Longer lines are refused: no PIN, word or reason is, and a stuck key must not fill the memory. */
export const LONGEST_LINE = 1024;

/** Whether what is typed is seen: as it is, as one mark for each character, or not at all. */
export type Echo = boolean | 'marks';

/** Looks whether people have done something away from the keyboard; if not, rows that say how it stands. */
export type Look<T> = () => Promise<{ readonly done: T } | { readonly rows: readonly string[] }>;

/**
 * Screen and keyboard, as the guard uses them. Rows that reach it are safe to show; answers are bytes that the caller
 * zeroes.
 */
export interface Screen {
  /** Takes the screen from everyone else; resolves when nobody else draws on it any more. */
  take(): Promise<void>;
  release(): void;
  /**
   * Resolves when the rows have been shown; where they do not fit, when people have read to the last of them.
   * @param until given when nobody needs to read them any more
   */
  show(rows: readonly string[], until?: AbortSignal): Promise<void>;
  /**
   * One line as it was typed, without its end.
   * @param echo whether it is seen while it is typed, and how
   * @param until given when there is nothing to answer any more: the question goes, and an empty line is returned
   * @throws CeremonyError ANSWER_REFUSED longer than {@link LONGEST_LINE} bytes; INTERRUPTED the terminal is gone;
   *   PRESENTATION_CANCELLED the people want to do something else first
   */
  readLine(prompt: string, echo: Echo, until?: AbortSignal): Promise<Buffer>;
  /**
   * One row that stands below everything else, in place of the one before; undefined for none. Nothing that is asked or
   * shown is disturbed by it. Where there is no terminal it is not shown.
   */
  status(row: string | undefined): void;
  /**
   * Looks about once a second until it is done; one look has ended before the next begins.
   * @returns undefined where nobody can do it: the people gave up, or are played and have done what they could
   * @throws CeremonyError INTERRUPTED the terminal is gone; what a look throws
   */
  waitFor<T>(look: Look<T>): Promise<T | undefined>;
}

/** A pipe to the process that plays the people of a rehearsal: it reads the same rows, and types lines. */
export class PipedScreen implements Screen {
  readonly #stream: Duplex;
  #pending = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      const joined = Buffer.concat([this.#pending, chunk]);
      this.#pending.fill(0);
      chunk.fill(0);
      this.#pending = joined;
      this.#wake?.();
    });
    const ended = () => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.on('end', ended);
    stream.on('close', ended);
    stream.on('error', ended);
  }

  async take(): Promise<void> {}

  release(): void {}

  async show(rows: readonly string[]): Promise<void> {
    this.#stream.write(`${rows.join('\n')}\n`);
  }

  status(): void {}

  /** Nobody stands by who could put a token in. */
  async waitFor(): Promise<undefined> {
    return undefined;
  }

  async readLine(prompt: string, _echo: Echo, until?: AbortSignal): Promise<Buffer> {
    // What was typed before the question is no answer to it: a stray line must not cost a PIN try.
    this.#pending.fill(0);
    this.#pending = Buffer.alloc(0);
    this.#stream.write(`${prompt} `);
    until?.addEventListener('abort', () => this.#wake?.());
    for (;;) {
      if (until?.aborted) {
        this.#stream.write('\n');
        return Buffer.alloc(0);
      }
      const at = this.#pending.indexOf(0x0a);
      if (at >= 0) {
        const line = Buffer.from(this.#pending.subarray(0, at));
        const rest = Buffer.from(this.#pending.subarray(at + 1));
        this.#pending.fill(0);
        this.#pending = rest;
        return line;
      }
      if (this.#pending.length > LONGEST_LINE) {
        this.#pending.fill(0);
        this.#pending = Buffer.alloc(0);
        throw tooLong();
      }
      if (this.#ended) throw terminalGone();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

export function tooLong(): CeremonyError {
  return new CeremonyError('ANSWER_REFUSED', `an answer longer than ${LONGEST_LINE} bytes was typed`);
}

export function terminalGone(): CeremonyError {
  return new CeremonyError('INTERRUPTED', 'the terminal was closed while an answer was awaited');
}
