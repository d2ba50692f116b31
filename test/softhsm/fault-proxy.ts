import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INCLUDES = fileURLToPath(new URL('../../node_modules/pkcs11js/includes', import.meta.url));
const SOURCE = fileURLToPath(new URL('../../src/rehearsal/fault-module.c', import.meta.url));

/** The functions of PKCS#11 in the order of its own header: the proxy numbers its counters by it. */
const FUNCTIONS = [
  ...readFileSync(join(INCLUDES, 'pkcs11', 'pkcs11f.h'), 'utf8').matchAll(/^CK_PKCS11_FUNCTION_INFO\((\w+)\)/gm),
].map(([, name]) => name as string);
const ALL = FUNCTIONS.length;
const REMOVED = ALL + 1;
const WRONG_PINS = ALL + 2;
const COUNTERS = ALL + 3;

/** Which calls a fault meets: the n-th of its function from now, that and all later ones, or every one. */
export type When = number | { readonly from: number } | 'always';

/** Before the call, which then is not made unless it only waited; or after it, when it has had its effect. */
export type Phase = 'before' | 'after';

export type Action =
  | { readonly return: number }
  | 'abort'
  | 'segv'
  | { readonly hang: number }
  /** Takes every token away from here on, until `heal`. */
  | 'remove';

/** What C_GetTokenInfo says of a token instead; `flags` are added to its own. */
export type TokenEdit =
  | 'removed'
  | { readonly serial: string }
  | { readonly model: string }
  | { readonly manufacturer: string }
  | { readonly flags: number };

/** Flags of CK_TOKEN_INFO (PKCS #11 v2.40 base, CK_TOKEN_INFO). */
export const CKF = {
  userPinCountLow: 0x10000,
  userPinFinalTry: 0x20000,
  userPinLocked: 0x40000,
  soPinCountLow: 0x100000,
  soPinFinalTry: 0x200000,
  soPinLocked: 0x400000,
} as const;

export const CKR = {
  generalError: 0x5,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  pinIncorrect: 0xa0,
  pinLocked: 0xa4,
  sessionClosed: 0xb0,
  sessionHandleInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  userNotLoggedIn: 0x101,
} as const;

/** A call that waits in the module until it is let go; the process that made it hangs in it meanwhile. */
export interface Held {
  /** Resolves when a process has come to the call: false when none has, and the signal says that none will. */
  reached(signal?: AbortSignal): Promise<boolean>;
  release(): void;
}

/**
 * A PKCS#11 module in front of another one, compiled here from fault-module.c: it counts, logs, and misbehaves as it
 * is told, also while processes use it. Several may stand before several modules, each with a folder of its own.
 */
export class FaultProxy {
  readonly library: string;
  /** What the module needs in its process: that of the module behind, and two variables more. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  /** What it does when nothing is wrong: nothing, or what it plays. */
  readonly #healthy: string;
  #holds = 0;

  /**
   * @param folder made if it is not there; one that a proxy has already is taken over with what it plays
   * @param built the library, when another proxy has compiled it
   */
  constructor(
    behind: { readonly library: string; readonly environment: Readonly<Record<string, string>> },
    folder: string,
    built = buildFaultModule(folder),
  ) {
    mkdirSync(folder, { recursive: true });
    this.library = built;
    this.#folder = folder;
    this.environment = { ...behind.environment, FAULT_MODULE: behind.library, FAULT_FOLDER: folder };
    for (const [name, bytes] of [
      ['counts', Buffer.alloc(8 * COUNTERS)],
      ['control', Buffer.alloc(0)],
    ] as const)
      if (!existsSync(this.#path(name))) writeFileSync(this.#path(name), bytes);
    this.#healthy = readFileSync(this.#path('control'), 'utf8');
  }

  /** In front of the HSM that a stage plays: it is told of faults besides. */
  static ofStage(folder: string, hsm = 'root-hsm'): FaultProxy {
    return new FaultProxy({ library: '', environment: {} }, join(folder, `played-${hsm}`), '');
  }

  /** Nothing goes wrong any more, and tokens that were taken away are back. The counts go on. */
  heal(): void {
    writeFileSync(this.#path('control'), this.#healthy);
    this.#write(REMOVED, 0n);
    this.#write(WRONG_PINS, 0n);
  }

  /**
   * A fault at calls of one function, or of any (`*`), counted over all processes.
   * @param serial of the token that the call must be about
   */
  at(call: string, when: When, action: Action, phase: Phase = 'before', serial = '*'): void {
    this.#rule(call, when, phase, serial, spell(action));
  }

  /** Holds the n-th call from now of a function, or of any (`*`), before or after it is made. */
  hold(call: string, nth: number, phase: Phase = 'before'): Held {
    this.#holds += 1;
    const file = this.#path(`go-${this.#holds}`);
    this.#rule(call, nth, phase, '*', `pause ${file}`);
    return {
      async reached(signal) {
        while (!existsSync(`${file}.held`)) {
          if (signal?.aborted) return false;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return true;
      },
      release: () => writeFileSync(file, ''),
    };
  }

  /** What the module says of a token, by the serial that it really has. */
  token(serial: string, edit: TokenEdit): void {
    const said = edit === 'removed' ? edit : Object.entries(edit).flat().join(' ');
    this.say(`token ${serial} ${said}`);
  }

  /** A line of the control file, as fault-module.c describes it. */
  say(line: string): void {
    appendFileSync(this.#path('control'), `${line}\n`);
  }

  /** How often a function was entered since the beginning, by any process; without a name, all of them together. */
  count(call?: string): number {
    return Number(readFileSync(this.#path('counts')).readBigUInt64LE(8 * indexOf(call ?? '*')));
  }

  /** The functions that were entered, in order, whether or not they returned. */
  entered(): readonly string[] {
    return this.#log().flatMap((line) => (line.startsWith('> ') ? [line.slice(2)] : []));
  }

  /** The calls that returned, in order: "C_Login user=1 pin=8 rv=0" (the length of the PIN, or "null"). */
  returned(): readonly string[] {
    return this.#log().filter((line) => !line.startsWith('> '));
  }

  #rule(call: string, when: When, phase: Phase, serial: string, action: string): void {
    const index = indexOf(call);
    const before = this.count(index === ALL ? undefined : call);
    const moment = when === 'always' ? '*' : typeof when === 'number' ? before + when : `${before + when.from}+`;
    this.say(`call ${call} ${moment} ${serial} ${phase} ${action}`);
  }

  #log(): readonly string[] {
    const path = this.#path('log');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** In place: processes that run have the file mapped. */
  #write(index: number, value: bigint): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    const file = openSync(this.#path('counts'), 'r+');
    writeSync(file, bytes, 0, 8, 8 * index);
    closeSync(file);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

let compiled: Uint8Array | undefined;

/**
 * Puts the module into a folder. It is compiled once in a run of the tests, and once in a process of which nobody runs
 * others. @returns the library's path
 */
export function buildFaultModule(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, 'fault-module.so');
  compiled ??= compiledFor(folder);
  // Anew, not into the old file: a process may have that one loaded.
  rmSync(library, { force: true });
  writeFileSync(library, compiled, { mode: 0o755 });
  return library;
}

function compiledFor(folder: string): Uint8Array {
  const shared = process.env['QUORATE_SHARED'];
  const kept = shared === undefined ? undefined : join(shared, 'fault-module.so');
  if (kept !== undefined && existsSync(kept)) return readFileSync(kept);
  const made = join(folder, 'compiled.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', `-I${INCLUDES}`, '-o', made, SOURCE, '-ldl']);
  const bytes = readFileSync(made);
  rmSync(made);
  if (kept !== undefined) {
    // Whoever is at it as well makes the same.
    const own = `${kept}.${process.pid}`;
    writeFileSync(own, bytes);
    renameSync(own, kept);
  }
  return bytes;
}

function spell(action: Action): string {
  return typeof action === 'string' ? action : Object.entries(action).flat().join(' ');
}

function indexOf(call: string): number {
  const index = call === '*' ? ALL : FUNCTIONS.indexOf(call);
  if (index < 0) throw new Error(`PKCS#11 has no function "${call}"`);
  return index;
}
