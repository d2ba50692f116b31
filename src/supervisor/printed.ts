import type { Readable } from 'node:stream';
import { escapeForeign } from '../base/text.ts';

const KEPT = 64 * 1024;
/** How long the last output of a process that has ended may take to arrive. */
const LAST_OUTPUT_MS = 200;

/**
 * What a process prints, and the modules that it loads: foreign text. It is read at once, so that nobody waits for
 * room to print more; the end of it is kept, and none of it reaches a terminal that somebody draws on.
 */
export class Printed {
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<unknown>;
  #kept = 0;
  #dropped = 0;

  constructor(output: Readable) {
    output.on('data', (chunk: Buffer) => this.#keep(chunk));
    output.on('error', () => undefined);
    this.#closed = new Promise((resolve) => output.once('close', resolve));
  }

  /** Each for a row of its own, with nothing in it that a terminal would obey. */
  lines(): string[] {
    const all = Buffer.concat(this.#chunks);
    const end = all.subarray(-KEPT);
    const dropped = this.#dropped + all.length - end.length;
    const lines = end.toString('utf8').split(/\r?\n/).map(escapeForeign);
    if (lines.at(-1) === '') lines.pop();
    return dropped > 0 ? [`(${dropped} bytes before this were not kept)`, ...lines] : lines;
  }

  /**
   * Prints it once the terminal is free: into a log in any case, on the terminal only when something went wrong.
   * @param failed whether something did
   */
  async tell(failed: boolean, to: { readonly isTTY?: boolean; write(text: string): unknown }): Promise<void> {
    await Promise.race([this.#closed, new Promise((late) => setTimeout(late, LAST_OUTPUT_MS))]);
    if (to.isTTY && !failed) return;
    for (const line of this.lines()) to.write(`quorate: printed by the guard or a module: ${line}\n`);
  }

  #keep(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    for (let [first] = this.#chunks; first && this.#kept - first.length >= KEPT; [first] = this.#chunks) {
      this.#chunks.shift();
      this.#kept -= first.length;
      this.#dropped += first.length;
    }
  }
}
