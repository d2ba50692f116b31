import { lstatSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { moveWithoutReplacing } from '../adapters/files.ts';
import { CeremonyError } from '../base/errors.ts';
import { syncAll } from './sync-all.ts';

/** @throws CeremonyError OUTPUT_EXISTS, whatever has that name, a link that leads nowhere too */
export function requireNew(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) throw exists(path);
}

/**
 * Writes a file that is new: it has its name when it is whole and durable, and not before.
 * @throws CeremonyError OUTPUT_EXISTS, OUTPUT_FULL, OUTPUT_UNWRITABLE
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.${process.pid}.part`);
  let isMade = false;
  try {
    writeFileSync(part, bytes, { flag: 'wx' });
    isMade = true;
    await syncAll([part]);
    moveWithoutReplacing(part, path);
    isMade = false;
    await syncAll([folder]);
  } catch (cause) {
    throw refusal(path, cause);
  } finally {
    if (isMade) unlinkSync(part);
  }
}

function exists(path: string, cause?: unknown): CeremonyError {
  return new CeremonyError('OUTPUT_EXISTS', `"${path}" exists already; nothing is overwritten`, {
    cause,
    hint: 'choose another name, or put that file elsewhere first',
  });
}

function refusal(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EEXIST':
      return exists(path, cause);
    case 'ENOSPC':
    case 'EDQUOT':
      return new CeremonyError('OUTPUT_FULL', `there is no room for "${path}"`, { cause });
    case undefined:
      return cause;
    default:
      return new CeremonyError('OUTPUT_UNWRITABLE', `"${path}" cannot be written: ${code}`, { cause });
  }
}
