import { LONGEST_LINE } from './screen.ts';

export type Typed =
  | { readonly kind: 'more' }
  | { readonly kind: 'line'; readonly line: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'cancelled' };

const ENTER = new Set([0x0d, 0x0a]);
const ERASE = new Set([0x7f, 0x08]);
const CANCEL = 0x03;
const CLEAR = 0x15;
const ESCAPE = 0x1b;

/**
 * A line from a keyboard in raw mode, in one buffer that is zeroed: backspace, Ctrl-U, Ctrl-C; keys that send escape
 * sequences (arrows, function keys) do nothing, so that none of their bytes ends up in a PIN.
 */
export class LineEditor {
  readonly #line = Buffer.alloc(LONGEST_LINE);
  #length = 0;
  #escaping: 'no' | 'begun' | 'sequence' = 'no';
  readonly #echo: (text: string) => void;

  /** @param echo told what to show for each key; for a PIN it shows nothing */
  constructor(echo: (text: string) => void) {
    this.#echo = echo;
  }

  /** Takes the bytes up to the first one that ends the line; what follows it is nobody's. */
  type(keys: Uint8Array): Typed {
    for (const key of keys) {
      if (this.#isEscape(key)) continue;
      if (ENTER.has(key)) {
        const line = Buffer.from(this.#line.subarray(0, this.#length));
        this.forget();
        return { kind: 'line', line };
      }
      if (key === CANCEL) {
        this.forget();
        return { kind: 'cancelled' };
      }
      if (ERASE.has(key)) this.#erase();
      else if (key === CLEAR) while (this.#length > 0) this.#erase();
      else if (key >= 0x20) {
        if (this.#length === LONGEST_LINE) {
          this.forget();
          return { kind: 'too-long' };
        }
        this.#line[this.#length++] = key;
        this.#echoLast();
      }
    }
    return { kind: 'more' };
  }

  forget(): void {
    this.#line.fill(0);
    this.#length = 0;
  }

  #isEscape(key: number): boolean {
    if (key === ESCAPE) {
      this.#escaping = 'begun';
      return true;
    }
    // Enter, Ctrl-C and the like mean what they mean: a lone Escape must not swallow them.
    if (key < 0x20) this.#escaping = 'no';
    if (this.#escaping === 'no') return false;
    if (this.#escaping === 'begun') {
      // `ESC [` and `ESC O` begin the sequences of special keys; any other key after ESC is taken with it.
      this.#escaping = key === 0x5b || key === 0x4f ? 'sequence' : 'no';
      return true;
    }
    // The Linux console sends `ESC [ [ A` for F1: the second bracket ends nothing.
    if (key >= 0x40 && key <= 0x7e && key !== 0x5b) this.#escaping = 'no';
    return true;
  }

  /** Shows the last character once all its bytes are there (UTF-8). */
  #echoLast(): void {
    const start = this.#startOfLast();
    const first = this.#line[start] as number;
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (this.#length - start === size) this.#echo(this.#line.toString('utf8', start, this.#length));
  }

  #erase(): void {
    if (this.#length === 0) return;
    const start = this.#startOfLast();
    this.#line.fill(0, start, this.#length);
    this.#length = start;
    this.#echo('\b \b');
  }

  #startOfLast(): number {
    let start = this.#length - 1;
    while (start > 0 && ((this.#line[start] as number) & 0xc0) === 0x80) start--;
    return start;
  }
}
