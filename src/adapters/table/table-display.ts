import { type Duplex, Writable } from 'node:stream';
import { Chalk, type ChalkInstance } from 'chalk';
import { CeremonyError } from '../../base/errors.ts';
import { escapeHidden } from '../../base/text.ts';

const CLEAR = '\u001b[2J\u001b[H';
/** Left margin: letters at the very edge are lost on projectors. */
const MARGIN = 1;
/** Rows that a question takes below a page. */
const QUESTION_ROWS = 4;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The core's side of the terminal: the guard shows what is written here while it asks nothing itself. */
export class TableDisplay {
  readonly #stream: Duplex;
  readonly style: ChalkInstance;
  readonly size: Size;
  /** Columns for text, between the margins. */
  readonly width: number;
  readonly #gone = new AbortController();
  #used = 0;

  constructor(stream: Duplex, size: Size, colour: boolean) {
    this.#stream = stream;
    this.size = size;
    this.width = Math.min(size.columns, 100) - 2 * MARGIN;
    this.style = new Chalk({ level: colour ? 1 : 0 });
    const ended = () => this.#gone.abort();
    stream.on('end', ended);
    stream.on('close', ended);
    stream.on('error', ended);
  }

  /** Keys, as bytes. */
  get input(): NodeJS.ReadStream {
    return this.#stream as unknown as NodeJS.ReadStream;
  }

  /** For one prompt, which ends its output when it is answered; the terminal stays. It is asked how wide it is. */
  get output(): NodeJS.WriteStream {
    // Done at once: what a prompt writes keeps its place among the rows of the page.
    const write = (chunk: Buffer, _encoding: string, done: (error?: Error | null) => void) => {
      this.#stream.write(chunk);
      done();
    };
    return Object.assign(new Writable({ write }), { ...this.size, isTTY: true }) as unknown as NodeJS.WriteStream;
  }

  /** Ends prompts when the terminal goes. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Rows that fit on a page above a question. */
  get room(): number {
    return this.size.rows - QUESTION_ROWS;
  }

  /** Rows that are still free above a question on this page. */
  get free(): number {
    return this.room - this.#used;
  }

  clear(): void {
    this.#used = 0;
    this.#stream.write(CLEAR);
  }

  /** The one way onto the screen for rows: what is foreign in them can hide nothing. Colours are put on by `paint`. */
  rows(rows: readonly string[], paint: (row: string) => string = (row) => row): void {
    this.#used += rows.length;
    for (const row of rows) this.#stream.write(`${' '.repeat(MARGIN)}${paint(escapeHidden(row))}\n`);
  }

  /** One row that is written over, while something takes its time. */
  status(text: string): void {
    this.#stream.write(`\r${' '.repeat(MARGIN)}${escapeHidden(text)}`);
  }

  /** For one prompt. @throws CeremonyError INTERRUPTED when the terminal goes while it waits: {@link gone} has ended it */
  async whileThere<T>(asking: Promise<T>): Promise<T> {
    try {
      return await asking;
    } catch (error) {
      if (!this.gone.aborted) throw error;
      throw new CeremonyError('INTERRUPTED', 'the terminal was closed while an answer was awaited');
    } finally {
      // A prompt that was answered leaves its row on the page.
      this.#used += 1;
    }
  }
}
