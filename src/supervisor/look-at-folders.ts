import { accessSync, constants, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MediumSeen, OutputSeen, ProgramSeen } from '../doctor/facts.ts';
import { utc } from './look-at-machine.ts';
import { freeBytes } from './machine.ts';
import { CODE_FOLDER, measureProgram, PROGRAM_ROOT, programVersion } from './program.ts';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Where the evidence pack would be made. Nothing is made.
 * @param named undefined for somewhere below the folder in which the program was started
 */
export function lookAtOutput(named: string | undefined): OutputSeen {
  const folder = named ?? process.cwd();
  const state = stateOf(folder);
  let parent = state === 'missing' ? dirname(folder) : folder;
  while (!existsSync(parent)) parent = dirname(parent);
  const { mode } = statSync(parent);
  return {
    folder: named ?? null,
    state,
    parent,
    writable: isWritable(parent),
    open: (mode & 0o002) !== 0 && (mode & STICKY) === 0,
    freeBytes: freeBytes(parent),
    umask: process.umask(),
  };
}

function stateOf(folder: string): OutputSeen['state'] {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (!stat) return 'missing';
  if (!stat.isDirectory()) return 'no folder';
  try {
    return readdirSync(folder).length === 0 ? 'empty' : 'occupied';
  } catch {
    return 'occupied';
  }
}

export function lookAtMedium(name: string, at: string): MediumSeen {
  if (!statSync(at, { throwIfNoEntry: false })?.isDirectory())
    return { name, at, exists: false, writable: false, mounted: false, device: '', freeBytes: 0 };
  const { dev } = statSync(at);
  return {
    name,
    at,
    exists: true,
    writable: isWritable(at),
    mounted: dev !== statSync(dirname(at)).dev,
    device: String(dev),
    freeBytes: freeBytes(at),
  };
}

export function lookAtProgram(): ProgramSeen {
  const runtime = `node ${process.versions.node}`;
  const about = { runtime, root: PROGRAM_ROOT, ...filesOf(CODE_FOLDER) };
  try {
    const { version, digest } = measureProgram();
    return { ...about, version, digest, problem: null };
  } catch (error) {
    return { ...about, version: programVersion(), digest: null, problem: (error as Error).message };
  }
}

/** The newest of the program's own files, and whether others may change one of them. */
function filesOf(folder: string): Pick<ProgramSeen, 'newest' | 'writableByOthers'> {
  let newest = 0;
  let writableByOthers = false;
  const see = (path: string): void => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return;
    newest = Math.max(newest, stat.mtimeMs);
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) writableByOthers = true;
    if (stat.isDirectory()) for (const name of readdirSync(path)) see(join(path, name));
  };
  for (const path of [folder, join(PROGRAM_ROOT, 'bin'), join(PROGRAM_ROOT, 'templates')]) see(path);
  return { newest: utc(newest), writableByOthers };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
