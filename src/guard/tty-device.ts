import { ReadStream, WriteStream } from 'node:tty';
import type { TerminalDevice } from './table-screen.ts';

const LANDING_BYTES = 4096;

/**
 * The terminal device that the supervisor opened, in raw mode until this process ends: nothing typed is echoed by the
 * kernel, and Ctrl-C is a key. Keys land in one buffer that is zeroed after each read.
 */
export function ttyDevice(fd: number): TerminalDevice {
  const output = new WriteStream(fd);
  const landing = Buffer.alloc(LANDING_BYTES);
  let listener: ((keys: Buffer) => void) | undefined;
  const onread = {
    buffer: landing,
    callback(size: number) {
      const keys = Buffer.from(landing.subarray(0, size));
      landing.fill(0, 0, size);
      if (listener) listener(keys);
      else keys.fill(0);
      return true;
    },
  };
  // The declared type of the options leaves out `onread`, which tty.ReadStream hands on to net.Socket.
  const Stream = ReadStream as unknown as new (fd: number, options: object) => ReadStream;
  const input = new Stream(fd, { onread });
  input.setRawMode(true);
  input.resume();
  return {
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    write: (text) => {
      output.write(text);
    },
    onKeys: (use) => {
      listener = use;
    },
    onEnd: (use) => {
      input.on('end', use);
      input.on('close', use);
      input.on('error', use);
      output.on('error', use);
    },
  };
}
