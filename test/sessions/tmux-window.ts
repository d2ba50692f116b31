import assert from 'node:assert/strict';
import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

interface Wanted {
  readonly answer: (lines: readonly string[]) => void;
  readonly refuse: (error: Error) => void;
}

/**
 * One window of a tmux of its own. Keys go to it and looks at it come from it through one client in control mode
 * (tmux(1), CONTROL MODE): a program started for each look would cost more than the ceremony that is looked at.
 */
export class TmuxWindow {
  readonly #socket: string;
  readonly #client: ChildProcessByStdio<Writable, Readable, null>;
  /** Commands that have no answer yet, in their order. */
  readonly #wanted: Wanted[] = [];
  #rest = '';
  #hasEnded = false;
  /** The answer that is being read: its number, and whether a command of ours asked for it. */
  #block: { readonly number: string; readonly isOurs: boolean; readonly lines: string[] } | undefined;

  /** @param socket a name that no other tmux has */
  constructor(socket: string, line: string, columns: number, rows: number) {
    this.#socket = socket;
    const size = ['-x', String(columns), '-y', String(rows)];
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', 'new-session', '-d', ...size, line]);
    const attach = ['-L', socket, '-u', '-C', 'attach-session', '-f', 'ignore-size,no-output'];
    this.#client = spawn('tmux', attach, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#client.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#client.stdin.on('error', () => undefined);
    this.#client.on('close', () => {
      this.#hasEnded = true;
      for (const { refuse } of this.#wanted.splice(0)) refuse(this.#ended());
    });
  }

  /** What stands in it, row by row. */
  async look(): Promise<string> {
    return (await this.#command('capture-pane -p')).join('\n');
  }

  /** Keys by their names in tmux; with `-l` first, the text behind it as it is. */
  type(...keys: readonly string[]): void {
    // Where the window has gone meanwhile, the next look says so; keys that tmux does not know fail the test.
    void this.#command(`send-keys ${keys.map(quoted).join(' ')}`).catch((error: unknown) => {
      if (!this.#hasEnded) throw error;
    });
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  #command(line: string): Promise<readonly string[]> {
    assert.doesNotMatch(line, /\n/, 'a command is one line');
    if (this.#hasEnded) return Promise.reject(this.#ended());
    return new Promise((answer, refuse) => {
      this.#wanted.push({ answer, refuse });
      this.#client.stdin.write(`${line}\n`);
    });
  }

  #ended(): Error {
    return new Error(`the tmux "${this.#socket}" has ended`);
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#readLine(line);
  }

  /** `%begin TIME NUMBER FLAGS`, the lines of the answer, and the same with `%end` or `%error`. */
  #readLine(line: string): void {
    if (!this.#block) {
      const [, number = '', flags] = /^%begin \d+ (\d+) (\d+)$/.exec(line) ?? [];
      if (number !== '') this.#block = { number, isOurs: flags === '1', lines: [] };
      return;
    }
    const { number, isOurs, lines } = this.#block;
    const [, end] = new RegExp(`^%(end|error) \\d+ ${number} \\d+$`).exec(line) ?? [];
    if (end === undefined) {
      lines.push(line);
      return;
    }
    this.#block = undefined;
    if (!isOurs) return;
    const wanted = this.#wanted.shift();
    if (end === 'end') wanted?.answer(lines);
    else wanted?.refuse(new Error(`tmux refused: ${lines.join('\n')}`));
  }
}

/** As one word for tmux: nothing is special in single quotes. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
