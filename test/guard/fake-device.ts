import type { TerminalDevice } from '../../src/guard/table-screen.ts';

export const CLEAR = '\u001b[0m\u001b[2J\u001b[H';

/** A terminal of 80 by 24 that keeps what is written, and types. */
export class FakeDevice implements TerminalDevice {
  readonly columns = 80;
  readonly rows = 24;
  written = '';
  /** Buffers that were typed: whoever listens zeroes them. */
  readonly typed: Buffer[] = [];
  #keys: (keys: Buffer) => void = () => undefined;
  #end: () => void = () => undefined;

  write(text: string): void {
    this.written += text;
  }

  onKeys(listener: (keys: Buffer) => void): void {
    this.#keys = listener;
  }

  onEnd(listener: () => void): void {
    this.#end = listener;
  }

  type(keys: string): void {
    const bytes = Buffer.from(keys);
    this.typed.push(bytes);
    this.#keys(bytes);
  }

  end(): void {
    this.#end();
  }

  /** What has been written since this was last asked. */
  take(): string {
    const { written } = this;
    this.written = '';
    return written;
  }

  /** What stands on the screen: what was written since it was last cleared, without colours. */
  get page(): readonly string[] {
    return this.written
      .slice(this.written.lastIndexOf(CLEAR) + CLEAR.length)
      .replaceAll(/\u001b\[\d*m/g, '')
      .split('\r\n');
  }
}
