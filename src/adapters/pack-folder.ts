import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { escapeForeign } from '../base/text.ts';
import type { PackSource, SourceFault, SourceFaultKind } from '../pack/source.ts';
import { FileOctets } from './file-octets.ts';

/** A pack nests three deep, and answers to OCSP requests as deep as there are slashes in base64; who made this folder is not known. */
const DEEPEST = 24;
const MOST_ENTRIES = 100_000;
/** Letters, digits, dot, hyphen, underscore, and what base64 has besides: what no shell and no file system minds. */
const PLAIN = /^[A-Za-z0-9._+=-]{1,255}$/;
/** What may not be read at all unless the format knows its kind. */
const UNKNOWN_LIMIT = 16 * 1024 * 1024;

/**
 * An evidence pack in a folder. Nothing is followed: a link is a fault, not what it points to; a device or a pipe is
 * never opened. Files are read when they are asked for.
 * @param limitOf largest size in bytes of a file of that path, undefined where the format does not know it
 * @throws CeremonyError PACK_UNREADABLE when there is no such folder, or it has more in it than any pack
 */
export function openPackFolder(folder: string, limitOf: (path: string) => number | undefined): PackSource {
  const sizes = new Map<string, number>();
  const faults: SourceFault[] = [];
  const fault = (kind: SourceFaultKind, path: string, message: string) =>
    faults.push({ kind, path: escapeForeign(path), message });
  let entries = 0;

  const walk = (inside: string, depth: number): void => {
    let names: readonly string[];
    try {
      names = readdirSync(join(folder, inside)).sort();
    } catch (cause) {
      if (inside === '')
        throw new CeremonyError('PACK_UNREADABLE', `"${folder}" is no folder that can be read`, { cause });
      fault('unreadable', inside, 'the folder cannot be read');
      return;
    }
    for (const name of names) {
      entries += 1;
      if (entries > MOST_ENTRIES)
        throw new CeremonyError(
          'PACK_UNREADABLE',
          `"${folder}" holds more than ${MOST_ENTRIES} files: this is no evidence pack`,
        );
      see(inside === '' ? name : `${inside}/${name}`, name, depth);
    }
  };

  const see = (path: string, name: string, depth: number): void => {
    if (!PLAIN.test(name)) {
      fault(
        'name',
        path,
        'the name has characters other than letters, digits, dot, hyphen, underscore, plus and equals sign',
      );
      return;
    }
    let stats: ReturnType<typeof lstatSync>;
    try {
      stats = lstatSync(join(folder, path));
    } catch {
      fault('unreadable', path, 'it cannot be looked at');
      return;
    }
    if (stats.isSymbolicLink()) fault('link', path, 'it is a link; a pack holds files');
    else if (stats.isDirectory()) {
      if (depth >= DEEPEST) fault('name', path, `it lies more than ${DEEPEST} folders deep`);
      else walk(path, depth + 1);
    } else if (!stats.isFile()) fault('special', path, 'it is neither a file nor a folder');
    else if (stats.size > (limitOf(path) ?? UNKNOWN_LIMIT)) {
      fault('size', path, `it has ${stats.size} bytes; at most ${limitOf(path) ?? UNKNOWN_LIMIT} are expected`);
    } else if (!isReadable(join(folder, path))) fault('unreadable', path, 'it cannot be read');
    else sizes.set(path, stats.size);
  };

  walk('', 1);
  return {
    list: () => sizes,
    read: (path) => {
      const size = sizes.get(path);
      return size === undefined ? undefined : readWhole(join(folder, path), size, path);
    },
    open: (path) => {
      const size = sizes.get(path);
      return size === undefined ? undefined : openWhole(join(folder, path), size, path);
    },
    digest: (path) => {
      const size = sizes.get(path);
      return size === undefined ? undefined : digestOf(join(folder, path), size, path);
    },
    faults: () => faults,
  };
}

/** O_NOFOLLOW and O_NONBLOCK: what was a file when it was listed may be a link or a pipe now. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function isReadable(path: string): boolean {
  try {
    closeSync(openSync(path, READ));
    return true;
  } catch {
    return false;
  }
}

/** Piece of a file that is in memory at once when its digest is computed, in bytes. */
const PIECE = 1024 * 1024;

/** @throws CeremonyError PACK_UNREADABLE when the file is not what it was when it was listed */
function readWhole(path: string, size: number, name: string): Uint8Array {
  const bytes = Buffer.alloc(size);
  readInto(path, size, name, (at) => bytes.subarray(at));
  return bytes;
}

/** The same, read when somebody looks. @throws CeremonyError PACK_UNREADABLE as readWhole, and what reading it then throws */
function openWhole(path: string, size: number, name: string): Octets {
  let octets: Octets;
  try {
    octets = new FileOctets(path, name);
  } catch (cause) {
    throw new CeremonyError('PACK_UNREADABLE', `"${name}" could be read before and cannot be now`, { cause });
  }
  if (octets.length !== size) throw new CeremonyError('PACK_UNREADABLE', `"${name}" changed while the pack was read`);
  return octets;
}

/** Of a file of any size, piece by piece. @throws CeremonyError PACK_UNREADABLE as readWhole */
function digestOf(path: string, size: number, name: string): Sha256 {
  const piece = Buffer.alloc(Math.min(PIECE, size));
  const hash = createHash('sha256');
  readInto(
    path,
    size,
    name,
    (at) => piece.subarray(0, size - at),
    (count) => hash.update(piece.subarray(0, count)),
  );
  return hash.digest('hex');
}

function readInto(
  path: string,
  size: number,
  name: string,
  room: (at: number) => Buffer,
  filled: (count: number) => void = () => undefined,
): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ);
  } catch (cause) {
    throw new CeremonyError('PACK_UNREADABLE', `"${name}" could be read before and cannot be now`, { cause });
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size !== size)
      throw new CeremonyError('PACK_UNREADABLE', `"${name}" changed while the pack was read`);
    for (let at = 0; at < size; ) {
      const into = room(at);
      const count = readSync(descriptor, into, 0, into.length, at);
      if (count === 0) throw new CeremonyError('PACK_UNREADABLE', `"${name}" became shorter while it was read`);
      filled(count);
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
