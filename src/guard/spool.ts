import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { CeremonyError } from '../base/errors.ts';
import { PieceDigests } from '../base/held-octets.ts';
import type { Octets } from '../base/octets.ts';
import type { Sink } from '../channel/frames.ts';

/** What is shorter is in memory: of what the core hands over, all but long CRLs. */
const LONG = 1024 * 1024;

/**
 * Where the guard puts what is long, so that its memory does not grow with a CRL: a file without a name, which the supervisor
 * has opened for it and nobody else can open. It is not trusted all the same: of each piece the digest is taken as it comes,
 * and what is read later, to judge it, to show it or to sign it, is held to that.
 */
export class Spool {
  readonly #fd: number;
  #end = 0;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns undefined where there is no such descriptor, or what is open there has a name: all is kept in memory then */
  static at(fd: number): Spool | undefined {
    try {
      const found = fstatSync(fd);
      return found.isFile() && found.nlink === 0 ? new Spool(fd) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where so many octets go that come beside a request; undefined for memory. */
  sink(size: number): Sink | undefined {
    if (size <= LONG) return undefined;
    const [from, digests] = [this.#end, new PieceDigests()];
    this.#end += size;
    let at = from;
    let failure: CeremonyError | undefined;
    return {
      write: (octets) => {
        digests.update(octets);
        // The rest still has to be taken off the pipe: the request is refused when all of it is there.
        if (failure) return;
        try {
          for (let done = 0; done < octets.length; )
            done += writeSync(this.#fd, octets, done, octets.length - done, at + done);
          at += octets.length;
        } catch (cause) {
          // What is there of it is of no use, and the record needs the room.
          this.#giveUp(from);
          const { code } = cause as NodeJS.ErrnoException;
          failure = new CeremonyError(
            'OUTPUT_FULL',
            `the guard cannot put ${size} bytes aside: ${code ?? 'unknown error'}`,
            {
              cause,
              hint: 'make room where the output folder lies, and propose the operation again',
            },
          );
        }
      },
      end: () => {
        if (failure) throw failure;
        return digests.held(this.#place(from, size), 'what the guard was handed');
      },
    };
  }

  #read(target: Uint8Array, at: number, from: number): number {
    try {
      return readSync(this.#fd, target, at, target.length - at, from);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new CeremonyError(
        'FILE_UNREADABLE',
        `what the guard was handed cannot be read any more: ${code ?? 'unknown error'}`,
        { cause, hint: 'the disk of the output folder fails: end the program, and go on with --resume' },
      );
    }
  }

  /** From there on: what comes next is not there yet. */
  #giveUp(from: number): void {
    this.#end = from;
    try {
      ftruncateSync(this.#fd, from);
    } catch {
      // What failed already is said; a disk that takes no change any more is full, whatever is done here.
    }
  }

  #place(from: number, length: number): Octets {
    const copyTo = (target: Uint8Array, begin: number) => {
      for (let at = 0; at < target.length; ) {
        const count = this.#read(target, at, from + begin + at);
        if (count === 0) throw new CeremonyError('FILE_UNREADABLE', 'what the guard was handed became shorter');
        at += count;
      }
    };
    return {
      length,
      copyTo,
      subarray: (begin = 0, end = length) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, length) - begin));
        copyTo(bytes, begin);
        return bytes;
      },
    };
  }
}
