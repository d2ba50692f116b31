import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sha256, sha256 } from '../base/digest.ts';

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
  /** SHA-256 over the sorted lines `<sha256>  <path>` of every file that decides what the program does. */
  readonly digest: Sha256;
}

/**
 * Measures the program: its code, templates, launcher and lock file (which pins every package by hash), and the
 * runtime that executes it. "As stated by the program": an edited one can lie, so the auditor checks the files from
 * their own medium.
 */
export function measureProgram(): Program {
  const lines: string[] = [];
  const add = (path: string) => lines.push(`${sha256(readFileSync(join(PROGRAM_ROOT, path)))}  ${path}`);
  const code = CODE_FOLDER.slice(PROGRAM_ROOT.length + 1);
  for (const folder of [code, 'bin', 'templates']) for (const path of filesBelow(folder)) add(path);
  for (const path of ['package.json', 'package-lock.json']) if (exists(path)) add(path);
  lines.push(`${sha256(readFileSync(process.execPath))}  runtime`);
  return {
    name: 'quorate',
    version: programVersion(),
    runtime: `node ${process.versions.node}`,
    digest: sha256(`${lines.sort().join('\n')}\n`),
  };
}

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PROGRAM_ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}

function exists(path: string): boolean {
  return lstatSync(join(PROGRAM_ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false;
}

function filesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(PROGRAM_ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else if (entry.isFile()) found.push(path);
    else if (entry.isSymbolicLink())
      throw new Error(`${path} is a link to ${readlinkSync(join(PROGRAM_ROOT, path))}; the program holds no links`);
  }
  return found;
}
