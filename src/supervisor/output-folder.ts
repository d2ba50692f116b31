import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** Files are made here before they get their names; whoever makes this folder has the output folder for themselves. */
const CLAIM = '.incoming';
/** In it: the processes that hold the output folder, the supervisor first. */
const HOLDER = 'holder';
/** What the folder of a ceremony has from its first event on. */
const RECORD = 'events.jsonl';
/** A core or guard whose supervisor was killed notices by its pipes, and ends by itself. */
const ENDS_WITHIN_MS = 10_000;
const LOOK_MS = 50;

/** The output folder is held for one run of the program. */
export interface OutputClaim {
  /** Another process of this run works on it: while it does, nobody else may. */
  add(pid: number): void;
  /** Lets go of it. Where nothing was written, nothing is left of it. */
  release(): void;
}

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
export function makeOutputFolder(out: string): OutputClaim {
  claimFolder(out);
  try {
    mkdirSync(join(out, CLAIM));
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? occupied(out) : unwritable(out, cause);
  }
  return new Claim(out);
}

/**
 * The folder of an interrupted ceremony. What was being written when it ended has no name yet, and goes.
 * @throws CeremonyError FILE_MISSING there is no record; OUTPUT_HELD the run that made it, or another, goes on
 */
export async function reopenOutputFolder(out: string): Promise<OutputClaim> {
  if (!existsSync(join(out, RECORD))) {
    throw new CeremonyError('FILE_MISSING', `"${out}" holds no record of a ceremony`, {
      hint: 'without --resume a ceremony is begun, in a new folder',
    });
  }
  return await takeOver(out);
}

/**
 * A folder that holds the same as another one, or will: made where it is not there. One that this process holds already
 * stays held.
 * @throws CeremonyError OUTPUT_HELD; OUTPUT_UNWRITABLE
 */
export async function reclaimFolder(folder: string): Promise<OutputClaim> {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    if (!lstatSync(mkdirIfAbsent(folder)).isDirectory())
      throw new CeremonyError('PATH_REFUSED', `"${folder}" is a link or a file where a folder must be`);
    const { text, processes } = readHolder(join(folder, CLAIM));
    const [holder] = processes;
    if (text !== undefined && isOurs(holder)) takeAway(folder, join(folder, CLAIM), text);
    return await takeOver(folder);
  } catch (cause) {
    throw cause instanceof CeremonyError ? cause : unwritable(folder, cause);
  }
}

/**
 * A folder for one piece of work, made where it is not there. What an earlier run left in it that was killed goes.
 * @throws CeremonyError OUTPUT_HELD another run works there; OUTPUT_UNWRITABLE
 */
export async function claimWorkFolder(folder: string): Promise<OutputClaim> {
  try {
    // A link is no folder of ours: what is swept away must be what an earlier run made.
    if (!lstatSync(mkdirIfAbsent(folder)).isDirectory())
      throw new CeremonyError('PATH_REFUSED', `"${folder}" is a link or a file where a folder must be`);
    return await takeOver(folder);
  } catch (cause) {
    throw cause instanceof CeremonyError ? cause : unwritable(folder, cause);
  }
}

function mkdirIfAbsent(folder: string): string {
  try {
    mkdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  return folder;
}

/**
 * A file in a claimed folder, for one process that is started with it, to read and to write: it has lost its name when this
 * returns, so that nobody else opens it, and goes with the last who has it open.
 * @returns its descriptor
 * @throws CeremonyError OUTPUT_UNWRITABLE
 */
export function openUnnamed(folder: string): number {
  // A number, as what is written there is called: what a crash leaves of it is swept away with that.
  const path = join(folder, CLAIM, '0');
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** Where files of a claimed folder lie until they are whole. */
export function incomingIn(folder: string, name: string): string {
  return join(folder, CLAIM, name);
}

async function takeOver(out: string): Promise<OutputClaim> {
  const claim = join(out, CLAIM);
  mkdirSync(claim, { recursive: true });
  const before = readHolder(claim);
  for (const process of before.processes) await ended(out, process, process === before.processes[0]);
  if (before.text !== undefined) takeAway(out, claim, before.text);
  const held = new Claim(out);
  for (const name of readdirSync(claim)) if (name !== HOLDER) rmSync(join(claim, name), { recursive: true });
  return held;
}

class Claim implements OutputClaim {
  readonly #out: string;
  readonly #processes: ProcessIdentity[] = [];

  constructor(out: string) {
    this.#out = out;
    this.#note(process.pid);
    const mine = this.#write();
    try {
      // link() refuses a name that is taken: of two that come at once, one goes on.
      linkSync(mine, this.#path);
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? held(out) : unwritable(out, cause);
    } finally {
      rmSync(mine);
    }
  }

  add(pid: number): void {
    this.#note(pid);
    renameSync(this.#write(), this.#path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
    try {
      rmdirSync(join(this.#out, CLAIM));
      rmdirSync(this.#out);
    } catch {
      // It holds something: that is the record, and stays.
    }
  }

  get #path(): string {
    return join(this.#out, CLAIM, HOLDER);
  }

  #note(pid: number): void {
    const identity = identify(pid);
    if (identity) this.#processes.push(identity);
  }

  #write(): string {
    const path = `${this.#path}.${process.pid}`;
    writeFileSync(path, `${JSON.stringify(this.#processes)}\n`, { mode: 0o600 });
    return path;
  }
}

/** Whoever it names; nobody where it is not there, or is no whole file: then power failed while it was written. */
function readHolder(claim: string): { readonly text: string | undefined; readonly processes: ProcessIdentity[] } {
  let text: string | undefined;
  try {
    text = readFileSync(join(claim, HOLDER), 'utf8');
    const processes: unknown = JSON.parse(text);
    return { text, processes: Array.isArray(processes) ? processes : [] };
  } catch {
    return { text, processes: [] };
  }
}

function isOurs(holder: ProcessIdentity | undefined): boolean {
  return holder?.pid === process.pid && isRunning(holder);
}

async function ended(out: string, process: ProcessIdentity, isSupervisor: boolean): Promise<void> {
  const until = Date.now() + (isSupervisor ? 0 : ENDS_WITHIN_MS);
  while (isRunning(process)) {
    if (Date.now() >= until) throw held(out, process.pid);
    await new Promise((later) => setTimeout(later, LOOK_MS));
  }
}

/** Takes the file of a holder that has ended out of the way; whoever came first has it. */
function takeAway(out: string, claim: string, expected: string): void {
  const aside = join(claim, `${HOLDER}.${process.pid}`);
  try {
    renameSync(join(claim, HOLDER), aside);
  } catch {
    throw held(out);
  }
  if (readFileSync(aside, 'utf8') === expected) return;
  renameSync(aside, join(claim, HOLDER));
  throw held(out);
}

function held(out: string, pid?: number): CeremonyError {
  return new CeremonyError(
    'OUTPUT_HELD',
    `another run of the program holds "${out}"${pid === undefined ? '' : `: process ${pid}`}`,
    { hint: 'go on at its terminal, or end it first: two runs would write one record' },
  );
}

function occupied(out: string): CeremonyError {
  const isRecord = existsSync(join(out, RECORD));
  return new CeremonyError('OUTPUT_EXISTS', `"${out}" exists and is not an empty folder`, {
    hint: isRecord
      ? 'it has the record of a ceremony: if that was interrupted, --resume goes on with it; for another one name a new folder'
      : 'name a new folder: nothing is overwritten',
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
