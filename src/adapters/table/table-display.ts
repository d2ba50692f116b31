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

/** A row of text; what is foreign in it is escaped, and its colours are put on afterwards. */
export interface Row {
  readonly text: string;
  readonly paint?: ((row: string) => string) | undefined;
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
  #unread: Row[] = [];

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

  /** Rows that were shown since somebody last pressed a key: they may not have been read. */
  get unread(): readonly Row[] {
    return this.#unread;
  }

  clear(): void {
    this.#used = 0;
    this.#unread = [];
    this.#stream.write(CLEAR);
  }

  /** Rows for people to read. */
  rows(rows: readonly Row[]): void {
    if (rows.some(({ text }) => text !== '') || this.#unread.length > 0) this.#unread.push(...rows);
    this.frame(rows);
  }

  /** The one way onto the screen for rows. What goes by it alone says nothing that must have been read. */
  frame(rows: readonly Row[]): void {
    this.#used += rows.length;
    for (const { text, paint } of rows) {
      const shown = escapeHidden(text);
      this.#stream.write(`${' '.repeat(MARGIN)}${paint?.(shown) ?? shown}\n`);
    }
  }

  /** For one prompt. @throws CeremonyError INTERRUPTED when the terminal goes while it waits: {@link gone} has ended it */
  async whileThere<T>(asking: Promise<T>): Promise<T> {
    try {
      return await asking;
    } catch (error) {
      if (!this.gone.aborted) throw error;
      throw new CeremonyError('INTERRUPTED', 'the terminal was closed while an answer was awaited');
    } finally {
      // A prompt that was answered leaves its row on the page, and whoever answered it has seen what stands above.
      this.#used += 1;
      this.#unread = [];
    }
  }
}
