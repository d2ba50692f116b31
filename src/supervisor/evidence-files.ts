import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, lstatSync, openSync, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { type AddendumFile, FILE_NAME, MOST_FILES } from '../quorum/addendum.ts';

/** Piece of a file that is in memory at once, in bytes: a film may have a hundred gigabytes. */
const PIECE = 4 * 1024 * 1024;

/** O_NOFOLLOW and O_NONBLOCK: what was a file when it was looked at may be a link or a pipe now. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A file that somebody named, and what it is called in the addendum. */
export interface EvidenceFile {
  readonly path: string;
  readonly name: string;
}

/**
 * Looks at every file before the first is copied: of a long list none is taken when one cannot be.
 * @param limit greatest size in bytes; undefined where only digests are taken
 * @throws CeremonyError FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE, PATH_REFUSED, ADDENDUM_REFUSED
 */
export function lookAtFiles(paths: readonly string[], limit: number | undefined): readonly EvidenceFile[] {
  if (paths.length > MOST_FILES)
    throw refused(`${paths.length} files are named, expected at most ${MOST_FILES}`, 'make several addenda');
  const names = new Map<string, string>();
  const inodes = new Map<string, string>();
  return paths.map((path) => {
    const name = basename(path);
    const shown = escapeForeign(path);
    if (!FILE_NAME.test(name)) {
      throw refused(
        `"${shown}" has a name that an addendum cannot have`,
        'rename it: at most 128 letters, digits, dots, hyphens and underscores, the first a letter or digit',
      );
    }
    const stats = look(path);
    if (limit !== undefined && stats.size > limit) {
      throw new CeremonyError(
        'FILE_TOO_LARGE',
        `"${shown}" has ${stats.size} bytes; an addendum carries files of at most ${limit}`,
        { hint: 'with --hash-only its digest is taken, and the file stays where it is' },
      );
    }
    // Some file systems cannot tell capitals: the pack may be copied to one.
    once(names, name.toLowerCase(), path, 'has the same name as');
    once(inodes, `${stats.dev}:${stats.ino}`, path, 'is the same file as');
    return { path, name };
  });
}

function once(seen: Map<string, string>, key: string, path: string, how: string): void {
  const before = seen.get(key);
  if (before !== undefined) throw refused(`"${escapeForeign(path)}" ${how} "${escapeForeign(before)}"`);
  seen.set(key, path);
}

function look(path: string) {
  const shown = escapeForeign(path);
  const stats = attempt(path, () => lstatSync(path));
  if (stats.isSymbolicLink())
    throw new CeremonyError('PATH_REFUSED', `"${shown}" is a link`, { hint: 'name the file that it leads to' });
  if (!stats.isFile()) throw new CeremonyError('FILE_UNREADABLE', `"${shown}" is not a regular file`);
  attempt(path, () => closeSync(openSync(path, READ)));
  return stats;
}

/**
 * Reads a file once, from its beginning to its end; what is hashed is what is copied.
 * @param to where a durable copy is made; undefined for the digest alone
 * @throws CeremonyError FILE_MISSING, FILE_UNREADABLE, also when the file changes meanwhile; and what `node:fs` throws
 *   for the copy
 */
export function takeFile({ path, name }: EvidenceFile, to: string | undefined): AddendumFile {
  const source = attempt(path, () => openSync(path, READ));
  try {
    const before = fstatSync(source);
    if (!before.isFile()) throw changed(path);
    const hash = createHash('sha256');
    const copy = to === undefined ? undefined : openSync(to, WRITE, 0o600);
    let size: number;
    try {
      size = pour(path, source, hash, copy);
      if (copy !== undefined) fsyncSync(copy);
    } finally {
      if (copy !== undefined) closeSync(copy);
    }
    const after = fstatSync(source);
    if (size !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw changed(path);
    return { name, sha256: hash.digest('hex'), size, carried: to !== undefined };
  } finally {
    closeSync(source);
  }
}

/** @returns how many bytes there were */
function pour(path: string, source: number, hash: Hash, copy: number | undefined): number {
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; ; ) {
    const count = attempt(path, () => readSync(source, piece, 0, PIECE, at));
    if (count === 0) return at;
    const bytes = piece.subarray(0, count);
    hash.update(bytes);
    if (copy !== undefined) for (let done = 0; done < count; ) done += writeSync(copy, bytes, done);
    at += count;
  }
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const shown = escapeForeign(path);
    if (code === 'ENOENT') throw new CeremonyError('FILE_MISSING', `there is no file "${shown}"`, { cause });
    throw new CeremonyError('FILE_UNREADABLE', `"${shown}" cannot be read: ${code ?? 'unknown error'}`, { cause });
  }
}

function changed(path: string): CeremonyError {
  return new CeremonyError('FILE_UNREADABLE', `"${escapeForeign(path)}" changed while it was read`, {
    hint: 'nothing was added; wait until nobody writes to it',
  });
}

function refused(message: string, hint?: string): CeremonyError {
  return new CeremonyError('ADDENDUM_REFUSED', message, hint === undefined ? {} : { hint });
}
