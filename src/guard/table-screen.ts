import type { Duplex } from 'node:stream';
import { CeremonyError } from '../base/errors.ts';
import { LineEditor } from './line-editor.ts';
import { RelayedOutput } from './relayed-output.ts';
import { type Echo, type Look, type Screen, terminalGone, tooLong } from './screen.ts';

/** The terminal device, in raw mode. */
export interface TerminalDevice {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** Chunks are the listener's: it zeroes them. */
  onKeys(listener: (keys: Buffer) => void): void;
  onEnd(listener: () => void): void;
}

interface Reading {
  readonly editor: LineEditor;
  readonly settle: (line: Buffer) => void;
  readonly fail: (error: CeremonyError) => void;
}

const LOOK_MS = 1000;
const CANCEL = 0x03;
/** DECSC and DECRC: whoever else draws goes on where they were. */
const [SAVE, RESTORE] = ['\u001b7', '\u001b8'];
const CLEAR = '\u001b[0m\u001b[2J\u001b[H';
const HEADER = '\u001b[7m';
const PLAIN = '\u001b[0m';
/** Rows of the header, and the blank one below it. */
const HEADER_ROWS = 2;
/** Rows below what is shown: the footer or the question, and a free one above it. */
const FOOT = 3;

/**
 * The one terminal of a ceremony at the table. It belongs to the guard; the core's screens pass through it while the
 * guard asks nothing. What the guard itself shows stands below a line with its words, which the core never learns:
 * whoever imitates a question for a PIN does not know them.
 */
export class TableScreen implements Screen {
  readonly #device: TerminalDevice;
  readonly #core: Duplex;
  readonly #filter = new RelayedOutput();
  readonly #words: string;
  #taken = false;
  #reading: Reading | undefined;
  /** Aborted by who gives up waiting. */
  #waiting: AbortController | undefined;
  #ended = false;
  /** Rows shown since the page was begun. */
  #used = 0;
  /** Whether what stands there last was answered by a person, and nothing was shown since. */
  #answered = false;
  /** Rows drawn last by who waits, to be drawn over. */
  #drawn = 0;
  #hasStatus = false;
  readonly #onTaken: () => void;

  /**
   * @param words that mark what the guard shows; @param core its screens come from here, its keys go there
   * @param onTaken told when what the core has drawn goes
   */
  constructor(device: TerminalDevice, core: Duplex, words: string, onTaken: () => void = () => undefined) {
    this.#device = device;
    this.#onTaken = onTaken;
    this.#core = core;
    this.#words = words;
    device.onKeys((keys) => {
      try {
        this.#onKeys(keys);
      } finally {
        keys.fill(0);
      }
    });
    device.onEnd(() => {
      this.#ended = true;
      this.#reading?.fail(terminalGone());
      this.#waiting?.abort();
      core.destroy();
    });
    core.on('data', (chunk: Buffer) => device.write(this.#filter.pass(chunk)));
    // The core may end first; the guard still has things to say.
    core.on('error', () => undefined);
  }

  async take(): Promise<void> {
    // What the core wrote before it asked is in the pipe already: it is shown before the guard's page, not after it.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.#core.pause();
    this.#taken = true;
    this.#onTaken();
    this.#begin();
  }

  release(): void {
    this.#taken = false;
    this.#hasStatus = false;
    this.#device.write(CLEAR);
    this.#core.resume();
  }

  async show(rows: readonly string[], until?: AbortSignal): Promise<void> {
    // What is shown below the rows of who waits keeps them where they are.
    if (this.#drawn > 0) this.#device.write('\r\n');
    this.#drawn = 0;
    // Whoever has just answered has read what stands there: what does not fit below it begins on a page of its own.
    if (this.#answered && this.#used + rows.length > this.#device.rows - FOOT) this.#begin();
    this.#answered = false;
    for (const row of rows) {
      const isFull = this.#used >= this.#device.rows - FOOT;
      // A blank row parts what stands on one page: it neither begins a page, nor has one of its own.
      if (row === '' && (isFull || this.#used === HEADER_ROWS)) continue;
      if (isFull) {
        (await this.readLine('More follows. Press Enter to read on.', false, until)).fill(0);
        if (until?.aborted) return;
        this.#begin();
      }
      this.#device.write(`${row}\r\n`);
      this.#used += 1;
    }
  }

  readLine(prompt: string, echo: Echo, until?: AbortSignal): Promise<Buffer> {
    if (this.#ended) return Promise.reject(terminalGone());
    if (until?.aborted) return Promise.resolve(Buffer.alloc(0));
    const question = `[${this.#words}] ${prompt} `;
    this.#used += Math.ceil(question.length / this.#device.columns);
    this.#device.write(question);
    return new Promise<Buffer>((resolve, reject) => {
      const editor = new LineEditor((text) => {
        if (echo === 'marks') this.#device.write(marked(text));
        else if (echo) this.#device.write(text);
      });
      const leave = () => {
        this.#reading?.settle(Buffer.alloc(0));
        this.#answered = false;
      };
      until?.addEventListener('abort', leave);
      const done = () => {
        until?.removeEventListener('abort', leave);
        editor.forget();
        this.#reading = undefined;
        this.#answered = true;
        this.#device.write('\r\n');
      };
      this.#reading = {
        editor,
        settle: (line) => {
          done();
          resolve(line);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
    });
  }

  status(row: string | undefined): void {
    if (this.#ended || (row === undefined && !this.#hasStatus)) return;
    // Who answers a question looks there, and at nothing else.
    if (row !== undefined && this.#reading) return;
    this.#hasStatus = row !== undefined;
    // Never the words on a page of the core, which could draw a question behind them.
    const mark = this.#taken ? `[${this.#words}] ` : ' ';
    const text = row === undefined ? '' : `${mark}${row}`.slice(0, this.#device.columns - 1);
    this.#device.write(`${SAVE}\u001b[${this.#device.rows};1H${PLAIN}\u001b[K${text}${RESTORE}`);
  }

  async waitFor<T>(look: Look<T>): Promise<T | undefined> {
    const since = performance.now();
    const left = new AbortController();
    this.#waiting = left;
    try {
      for (;;) {
        const seen = await look();
        if (this.#ended) throw terminalGone();
        if ('done' in seen) return seen.done;
        if (left.signal.aborted) return undefined;
        const seconds = Math.round((performance.now() - since) / 1000);
        await this.#redraw(seen.rows, `Waiting, ${seconds} s so far. Ctrl-C gives up.`);
        await pause(LOOK_MS, left.signal);
      }
    } finally {
      this.#waiting = undefined;
      if (this.#drawn > 0) this.#device.write(overwriting(this.#drawn));
      this.#drawn = 0;
    }
  }

  /** Rows in place of those drawn before, and below them that it goes on. */
  async #redraw(rows: readonly string[], state: string): Promise<void> {
    const height = rows.length + 1;
    if (this.#drawn > 0) this.#device.write(overwriting(this.#drawn));
    this.#drawn = 0;
    // What stands above them is read to its end before it goes.
    if (this.#used + height > this.#device.rows - FOOT && this.#used > HEADER_ROWS) {
      (await this.readLine('More follows. Press Enter to read on.', false)).fill(0);
      this.#begin();
    }
    this.#device.write([...rows, `[${this.#words}] ${state}`].join('\r\n'));
    this.#drawn = height;
  }

  #begin(): void {
    const title = ` GUARD   ${this.#words}`;
    this.#device.write(`${CLEAR}${HEADER}${title.padEnd(this.#device.columns)}${PLAIN}\r\n\r\n`);
    this.#used = HEADER_ROWS;
    this.#hasStatus = false;
    this.#answered = false;
  }

  /** To the question that is open; to nobody while the guard has the screen, as no answer is given before its question. */
  #onKeys(keys: Buffer): void {
    if (!this.#reading) {
      if (this.#waiting && keys.includes(CANCEL)) this.#waiting.abort();
      if (!this.#taken && this.#core.writable) this.#core.write(Buffer.from(keys));
      return;
    }
    const typed = this.#reading.editor.type(keys);
    switch (typed.kind) {
      case 'line':
        this.#reading.settle(typed.line);
        break;
      case 'too-long':
        this.#reading.fail(tooLong());
        break;
      case 'cancelled':
        this.#reading.fail(cancelled());
        break;
    }
  }
}

/** Where one is in a row of groups, and nothing of what is in them: blanks and what is taken back are seen. */
function marked(text: string): string {
  return text === ' ' || text.startsWith('\b') ? text : '*';
}

/** Resolves after that time, or at once when the signal is given. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Back to the first of the rows that were drawn last, and everything from there on erased. */
function overwriting(rows: number): string {
  return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;
}

function cancelled(): CeremonyError {
  return new CeremonyError('PRESENTATION_CANCELLED', 'the question was left with Ctrl-C', {
    hint: 'no PIN was used, and nothing was done',
  });
}
