import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sha256, sha256 } from '../base/digest.ts';
import { programListing } from '../program/listing.ts';

/** Folder that holds bin/, templates/ and the code that runs (src/ or dist/). */
export const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folder of the code that runs: `src` in a checkout, `dist` when built. */
export const CODE_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** `.ts` or `.js`: which of the two this process itself is. */
export const CODE_SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export interface Program {
  readonly name: 'quorate';
  readonly version: string;
  readonly runtime: string;
  /** SHA-256 of the listing of every file that decides what the program does. */
  readonly digest: Sha256;
}

/**
 * Measures the program. "As stated by the program": an edited one can lie, so the auditor checks the files with their
 * own listing (`quorate version --sums`), from their own medium.
 * @throws CeremonyError PATH_REFUSED
 */
export function measureProgram(): Program {
  return {
    name: 'quorate',
    version: programVersion(),
    runtime: `node ${process.versions.node}`,
    digest: sha256(programListing(PROGRAM_ROOT, process.execPath)),
  };
}

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}
