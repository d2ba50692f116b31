import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { displayWidth } from '../../src/base/display-width.ts';
import { RelayedOutput } from '../../src/guard/relayed-output.ts';

/** A terminal behind the guard's filter: what people would see, and whether something was pushed off its upper edge. */
export class EmulatedTerminal {
  readonly columns: number;
  readonly rows: number;
  /** The core's end. */
  readonly stream: Duplex;
  /** Rows pushed off the screen since it was last cleared. */
  lost = 0;
  /** Rows that were longer than the screen is wide. */
  readonly folded: string[] = [];
  readonly #keys: Duplex;
  readonly #filter = new RelayedOutput();
  #grid: string[][] = [];
  #row = 0;
  #column = 0;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
    this.#clear();
    [this.stream, this.#keys] = duplexPair();
    this.#keys.on('data', (chunk: Buffer) => this.#draw(this.#filter.pass(chunk)));
    this.#keys.on('error', () => undefined);
  }

  /** What stands on the screen, without blanks at the ends of rows, and without rows below the last one. */
  get screen(): readonly string[] {
    const shown = this.#grid.map((cells) => cells.join('').trimEnd());
    return shown.slice(0, shown.findLastIndex((row) => row !== '') + 1);
  }

  get text(): string {
    return this.screen.join('\n');
  }

  type(keys: string): void {
    this.#keys.write(keys);
  }

  hangUp(): void {
    this.#keys.destroy();
  }

  /** Lets whoever draws come to rest: prompts are drawn over some turns of the event loop. */
  async rest(): Promise<void> {
    for (let count = 0; count < 12; count++) await turn();
  }

  /** Types lines one after another, each when the screen has come to rest, until `asked` settles. */
  async answer<T>(
    asked: Promise<T>,
    lines: readonly string[],
    seen: (screen: readonly string[]) => void = () => undefined,
  ) {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    asked.then(settled, settled);
    for (let at = 0; ; at++) {
      await this.rest();
      seen(this.screen);
      if (isSettled) return await asked;
      if (at > lines.length + 12) throw new Error(`nobody knows what to type:\n${this.text}`);
      this.type(lines[at] ?? '\r');
    }
  }

  #clear(): void {
    this.#grid = Array.from({ length: this.rows }, () => this.#blank());
    this.lost = 0;
  }

  #blank(): string[] {
    return Array.from({ length: this.columns }, () => ' ');
  }

  #draw(output: string): void {
    for (const part of output.match(/\u001b\[[0-9;?]*[A-Za-z]|[^\u001b]/gu) ?? []) {
      if (part.startsWith('\u001b')) this.#control(part);
      // In raw mode too a terminal makes a line feed of ours two characters.
      else if (part === '\n') this.#feed();
      else if (part === '\r') this.#column = 0;
      else this.#put(part);
    }
  }

  #put(character: string): void {
    const width = displayWidth(character);
    if (this.#column + width > this.columns) {
      this.folded.push(this.#grid[this.#row]?.join('') ?? '');
      this.#feed();
    }
    const cells = this.#grid[this.#row] as string[];
    cells[this.#column] = character;
    if (width === 2) cells[this.#column + 1] = '';
    this.#column += width;
  }

  #feed(): void {
    this.#column = 0;
    if (this.#row < this.rows - 1) {
      this.#row += 1;
      return;
    }
    const [first] = this.#grid.splice(0, 1);
    if (first?.join('').trim() !== '') this.lost += 1;
    this.#grid.push(this.#blank());
  }

  #control(sequence: string): void {
    const [first = 0, second = 0] = sequence.slice(2, -1).split(';').map(Number);
    const by = Math.max(1, first);
    switch (sequence.at(-1)) {
      case 'A':
        this.#row = Math.max(0, this.#row - by);
        break;
      case 'B':
        this.#row = Math.min(this.rows - 1, this.#row + by);
        break;
      case 'C':
        this.#column = Math.min(this.columns - 1, this.#column + by);
        break;
      case 'D':
        this.#column = Math.max(0, this.#column - by);
        break;
      case 'G':
        this.#column = Math.max(0, first - 1);
        break;
      case 'H':
        this.#row = Math.max(0, first - 1);
        this.#column = Math.max(0, second - 1);
        break;
      case 'J':
        if (first === 2) this.#clear();
        else this.#grid = this.#grid.map((cells, row) => (row < this.#row ? cells : this.#blank()));
        break;
      case 'K':
        (this.#grid[this.#row] as string[]).fill(' ', first === 2 ? 0 : this.#column);
        break;
    }
  }
}
