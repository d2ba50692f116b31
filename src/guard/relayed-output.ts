/**
 * What of another process's output may reach the terminal that the guard reads PINs from: text, line ends, colours,
 * cursor movement and erasing. Everything else is dropped: no title, clipboard, answer-back, mode or device command,
 * and nothing that makes the terminal type.
 */
export class RelayedOutput {
  readonly #decoder = new TextDecoder('utf-8');
  #state: 'text' | 'escape' | 'sequence' | 'string' = 'text';
  #sequence = '';

  /** @returns what may be shown of these bytes; a sequence that is split over two calls is judged when it is whole */
  pass(bytes: Uint8Array): string {
    let shown = '';
    for (const character of this.#decoder.decode(bytes, { stream: true })) shown += this.#take(character);
    return shown;
  }

  #take(character: string): string {
    const code = character.codePointAt(0) as number;
    switch (this.#state) {
      case 'text':
        if (code === ESCAPE) {
          this.#state = 'escape';
          return '';
        }
        return isShown(code) ? character : '';
      case 'escape':
        // ESC again, and the intermediate bytes of ESC sequences that choose character sets and the like.
        if (code === ESCAPE || (code >= 0x20 && code <= 0x2f)) return '';
        this.#sequence = '';
        if (character === '[') this.#state = 'sequence';
        else this.#state = STRINGS.has(character) ? 'string' : 'text';
        return '';
      case 'sequence':
        if (this.#sequence.length < LONGEST_SEQUENCE && code >= 0x20 && code <= 0x3f) {
          this.#sequence += character;
          return '';
        }
        this.#state = code === ESCAPE ? 'escape' : 'text';
        return ALLOWED.test(this.#sequence + character) ? `\u001b[${this.#sequence}${character}` : '';
      case 'string':
        // A control string (title, clipboard, device) lasts to its end: BEL, or ESC and what follows it.
        if (code === BELL) this.#state = 'text';
        if (code === ESCAPE) this.#state = 'escape';
        return '';
    }
  }
}

const ESCAPE = 0x1b;
const BELL = 0x07;
/** OSC, DCS, SOS, PM, APC. */
const STRINGS = new Set([']', 'P', 'X', '^', '_']);
const LONGEST_SEQUENCE = 24;
/** Cursor movement and position, erasing in page and line, colours; the cursor shown or hidden. */
const ALLOWED = /^(?:[0-9;]*[ABCDEFGHJKm]|\?25[hl])$/;

/** Line feed and carriage return; no other control character of either set. */
function isShown(code: number): boolean {
  return code === 0x0a || code === 0x0d || (code >= 0x20 && code < 0x7f) || code >= 0xa0;
}
