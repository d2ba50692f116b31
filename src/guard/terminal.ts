import type { Duplex } from 'node:stream';
import { CeremonyError } from '../base/errors.ts';
import { escapeHidden } from '../base/text.ts';

/** Longer lines are refused: no PIN, word or reason is, and a stuck key must not fill the memory. */
const LONGEST_LINE = 1024;
const MOST_QUESTIONS = 5;
/** Columns of the smallest terminal a ceremony is held at. */
const WIDTH = 80;
/** Stands before what is left of a folded line: no line of ours begins with it. */
const CONTINUED = '  | ';

/**
 * The screen and keyboard as the guard has them: a byte stream. In production it is the terminal device, in a
 * rehearsal a pipe to the process that plays the people; the guard writes and reads the same bytes on both.
 */
export class GuardTerminal {
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

  /**
   * The one way onto the screen. Whatever a line was made from, no control character, escape sequence or hidden
   * character reaches the terminal, and nothing is wider than it: one line cannot be made to look like another.
   */
  show(lines: readonly string[]): void {
    const safe = lines.flatMap((line) => fold(escapeHidden(line)));
    this.#stream.write(`${safe.join('\n')}\n`);
  }

  /** A visible answer. Not for secrets: it becomes a string. */
  async readText(prompt: string): Promise<string> {
    const line = await this.#readLine(prompt);
    const text = line.toString('utf8').trim();
    line.fill(0);
    return text;
  }

  /** @returns undefined for an approval, or the reason for declining; anything but the two words is asked again */
  async readDecision(seat: string): Promise<string | undefined> {
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
      const word = await this.readText(`${seat}, type "approve" or "decline":`);
      if (word === 'approve') return undefined;
      if (word === 'decline') return await this.readText(`${seat}, reason for declining:`);
    }
    return `no clear answer in ${MOST_QUESTIONS} tries`;
  }

  /** A PIN, as bytes that the caller zeroes. It is never echoed and never a string. */
  async readPin(prompt: string): Promise<Buffer> {
    return await this.#readLine(prompt);
  }

  async #readLine(prompt: string): Promise<Buffer> {
    // What was typed before the question is no answer to it: a stray line must not cost a PIN try.
    this.#pending.fill(0);
    this.#pending = Buffer.alloc(0);
    this.#stream.write(`${escapeHidden(prompt)} `);
    for (;;) {
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
        throw new CeremonyError('ANSWER_REFUSED', `an answer longer than ${LONGEST_LINE} bytes was typed`);
      }
      if (this.#ended) throw new CeremonyError('INTERRUPTED', 'the terminal was closed while an answer was awaited');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

function fold(line: string): string[] {
  const rows: string[] = [];
  let rest = [...line];
  while (rest.length > WIDTH) {
    rows.push(rest.slice(0, WIDTH).join(''));
    rest = [...CONTINUED, ...rest.slice(WIDTH)];
  }
  rows.push(rest.join(''));
  return rows;
}
