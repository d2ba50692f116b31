import { secretBytes } from '../base/secret-bytes.ts';

/** Bytes written one after another, secrets among them: what was outgrown is zeroed, and no string is made of them. */
export class SecretWriter {
  #bytes = secretBytes(16_384);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Nothing secret: it is a string already. One byte to a character, U+0000 to U+00FF. */
  text(text: string): void {
    this.bytes(Buffer.from(text, 'latin1'));
  }

  bytes(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A number from 0 to 999 and a blank, digit by digit. */
  number(value: number): void {
    const hundreds = Math.floor(value / 100);
    const tens = Math.floor(value / 10);
    if (hundreds > 0) this.#digit(hundreds);
    if (tens > 0) this.#digit(tens % 10);
    this.#digit(value % 10);
    this.bytes(BLANK);
  }

  /** @returns a copy, which the caller zeroes; what is here is zeroed */
  take(): Buffer {
    const taken = secretBytes(this.#length);
    taken.set(this.#bytes.subarray(0, this.#length));
    this.#bytes.fill(0);
    this.#length = 0;
    return taken;
  }

  #digit(digit: number): void {
    this.bytes(DIGITS.subarray(digit, digit + 1));
  }

  #grow(least: number): void {
    const larger = secretBytes(Math.max(least, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes.fill(0);
    this.#bytes = larger;
  }
}

const DIGITS = Buffer.from('0123456789');
const BLANK = Buffer.from(' ');
