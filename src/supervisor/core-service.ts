import { lstatSync } from 'node:fs';
import { isAbsolute, normalize, sep } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import type { Handlers } from '../channel/requests.ts';
import { freeBytes, machineFacts } from './machine.ts';
import type { Program } from './program.ts';
import { SyncError, syncAll } from './sync-all.ts';

/**
 * What the supervisor does for the core: fsync (Node refuses it under its permission model), and facts of the machine.
 * @param folders all that the core may write below
 * @param outputs those of them that hold the record
 */
export function coreService(folders: readonly string[], outputs: readonly string[], program: Program): Handlers {
  return {
    fsync: async ({ params }) => {
      const paths = params['paths'];
      if (!Array.isArray(paths)) throw new CeremonyError('PATH_REFUSED', 'fsync wants a list of paths');
      // With a slash at its end it stands for all that is below it: see syncAll.
      for (const path of paths) holdInside(folders, String(path).replace(/(?<=.)\/$/, ''));
      try {
        await syncAll(paths.map(String));
      } catch (error) {
        throw refusalOf(error);
      }
      return undefined;
    },
    machine: () => ({ value: machineFacts() }),
    room: () => ({ value: roomIn(outputs) }),
    program: () => ({ value: { ...program } }),
  };
}

/** Of two that hold the same, the one with less room counts; one that is lost holds nothing. */
function roomIn(outputs: readonly string[]): number {
  const there = outputs.filter((folder) => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory());
  return Math.min(...(there.length > 0 ? there : outputs).map(freeBytes));
}

/** @throws CeremonyError PATH_REFUSED */
function holdInside(folders: readonly string[], path: string): void {
  const inside = folders.some((folder) => path === folder || path.startsWith(folder + sep));
  if (!isAbsolute(path) || normalize(path) !== path || !inside) {
    throw new CeremonyError('PATH_REFUSED', `"${path}" is outside the folders of this ceremony`);
  }
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || (!stat.isFile() && !stat.isDirectory()))
    throw new CeremonyError('PATH_REFUSED', `"${path}" is neither a file nor a folder`);
}

/** A medium that was pulled says so here: a refusal, which people can do something about. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof SyncError)) return error;
  const { code = 'unknown error' } = error.cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new CeremonyError(isFull ? 'OUTPUT_FULL' : 'OUTPUT_UNWRITABLE', `${error.message}: ${code}`, { cause: error });
}
