import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { CeremonyError } from '../base/errors.ts';

const MIB = 2 ** 20;

/**
 * Reads a file that a person named: a regular file of a bounded size; a pipe, a folder or a device is refused.
 * @throws CeremonyError FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE
 */
export function readInput(path: string, what: string, most = 4 * MIB): Uint8Array {
  let fd: number;
  try {
    // O_NONBLOCK: opening a named pipe must not wait for a writer that never comes.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new CeremonyError('FILE_MISSING', `the ${what} "${path}" does not exist`, { cause });
    throw new CeremonyError('FILE_UNREADABLE', `the ${what} "${path}" cannot be read: ${code ?? 'unknown error'}`, {
      cause,
    });
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new CeremonyError('FILE_UNREADABLE', `the ${what} "${path}" is not a regular file`);
    if (stat.size > most)
      throw new CeremonyError(
        'FILE_TOO_LARGE',
        `the ${what} "${path}" has ${stat.size} bytes; at most ${most} are read`,
      );
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What need not be there: undefined where its file does not exist. */
export function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError && error.code === 'FILE_MISSING') return undefined;
    throw error;
  }
}
