import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';

/** Without waiting, and no link: what was a file when it was looked at may be a pipe now. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The octets of a file, read where somebody looks. No descriptor is held: a medium can be taken out between two looks. One that
 * has another length then is refused; that it is the same otherwise is for a digest to say.
 */
export class FileOctets implements Octets {
  readonly length: number;
  readonly #at: string;
  readonly #name: string;

  /**
   * @param at where it lies @param name what to call it in messages
   * @throws Error of the system where it cannot be opened; CeremonyError FILE_UNREADABLE for what is no file
   */
  constructor(at: string, name: string) {
    this.#at = at;
    this.#name = name;
    this.length = this.#opened((fd) => {
      const found = fstatSync(fd);
      if (!found.isFile()) throw new CeremonyError('FILE_UNREADABLE', `"${name}" is not a regular file`);
      return found.size;
    });
  }

  subarray(begin = 0, end = this.length): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(end, this.length) - begin));
    this.copyTo(bytes, begin);
    return bytes;
  }

  copyTo(bytes: Uint8Array, from: number): void {
    if (bytes.length === 0) return;
    try {
      this.#opened((fd) => {
        if (fstatSync(fd).size !== this.length)
          throw new CeremonyError('FILE_UNREADABLE', `"${this.#name}" changed while it was read`);
        for (let at = 0; at < bytes.length; ) {
          const count = readSync(fd, bytes, at, bytes.length - at, from + at);
          if (count === 0)
            throw new CeremonyError('FILE_UNREADABLE', `"${this.#name}" became shorter while it was read`);
          at += count;
        }
      });
    } catch (cause) {
      if (cause instanceof CeremonyError) throw cause;
      const { code } = cause as NodeJS.ErrnoException;
      throw new CeremonyError('FILE_UNREADABLE', `"${this.#name}" cannot be read: ${code ?? 'unknown error'}`, {
        cause,
      });
    }
  }

  #opened<T>(use: (fd: number) => T): T {
    const fd = openSync(this.#at, READ);
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  }
}
