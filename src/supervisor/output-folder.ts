import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';

/** Files are made here before they get their names; whoever makes this folder has the output folder for themselves. */
const CLAIM = '.incoming';

/** A new or empty folder, made with those above it. */
export function claimFolder(folder: string): void {
  try {
    mkdirSync(dirname(folder), { recursive: true });
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  try {
    mkdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(folder, cause);
    if (!isEmptyFolder(folder)) throw occupied(folder);
  }
}

/** The folder must be new or empty, and is claimed at once: nothing is ever overwritten, nor shared by two ceremonies. */
export function makeOutputFolder(out: string): void {
  claimFolder(out);
  try {
    mkdirSync(join(out, CLAIM));
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? occupied(out) : unwritable(out, cause);
  }
}

/** The folder of an interrupted ceremony. What was being written when it ended has no name yet, and goes. */
export function reopenOutputFolder(out: string): void {
  if (!existsSync(join(out, 'events.jsonl'))) {
    throw new CeremonyError('FILE_MISSING', `"${out}" holds no record of a ceremony`, {
      hint: 'without --resume a ceremony is begun, in a new folder',
    });
  }
  rmSync(join(out, CLAIM), { recursive: true, force: true });
  mkdirSync(join(out, CLAIM));
}

/** Where a rehearsal ended before it wrote anything, nothing is left of it. rmdir takes empty folders alone. */
export function giveBack(out: string): void {
  try {
    rmdirSync(join(out, CLAIM));
    rmdirSync(out);
  } catch {
    // It holds something: that is the record, and stays.
  }
}

function occupied(out: string): CeremonyError {
  return new CeremonyError('OUTPUT_EXISTS', `"${out}" exists and is not an empty folder`, {
    hint: 'name a new folder: nothing is overwritten',
  });
}

function unwritable(out: string, cause: unknown): CeremonyError {
  const { code } = cause as NodeJS.ErrnoException;
  return new CeremonyError('OUTPUT_UNWRITABLE', `"${out}" cannot be made: ${code ?? 'unknown error'}`, { cause });
}

/** A link is no folder of ours, even one that leads to an empty folder. */
function isEmptyFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory() && readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
