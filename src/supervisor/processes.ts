import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { Printed } from './printed.ts';
import { CODE_FOLDER, CODE_SUFFIX, PROGRAM_ROOT } from './program.ts';

/** Every process of ours: no prototype tricks, no inspector by signal, no warnings about what we use on purpose. */
export const COMMON_FLAGS = [
  '--disable-proto=delete',
  '--disable-sigusr1',
  '--disable-warning=ExperimentalWarning',
  // "The flag --allow-child-process (--allow-ffi) must be used with extreme caution": the guard starts token processes,
  // and makes itself unreadable before it gives FFI up.
  '--disable-warning=PERM0002',
  '--disable-warning=PERM0003',
];

/** Stands for a process that a signal ended: no program of ours exits with it. */
export const KILLED = -1;

export interface Started {
  readonly child: ChildProcess;
  /** Our end of the pipe at that file descriptor of the child. */
  readonly pipe: (fd: number) => Duplex;
  readonly exited: Promise<number>;
  /** What it prints, where that is kept until the terminal is free. */
  readonly printed?: Printed;
}

/**
 * Memory that glibc gets back is overwritten at once. Node's ciphers and pipes free copies of secrets that nobody else
 * can reach to zero them; without this, they lie there until something else takes the place. The cache per thread
 * would keep a chunk without overwriting it. An allocator that is not glibc's ignores this.
 */
const OVERWRITE_FREED = { GLIBC_TUNABLES: 'glibc.malloc.perturb=85:glibc.malloc.tcache_count=0' };

interface Particulars {
  readonly detached?: boolean;
  /** Beside the supervisor's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

function start(
  main: string,
  flags: readonly string[],
  args: readonly string[],
  stdio: StdioOptions,
  { detached = false, environment = {} }: Particulars = {},
): Started {
  const program = join(CODE_FOLDER, `${main}${CODE_SUFFIX}`);
  const child = spawn(process.execPath, [...COMMON_FLAGS, ...flags, program, ...args], {
    stdio,
    env: { ...process.env, ...environment },
    detached,
  });
  const exited = new Promise<number>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? (signal ? KILLED : EXIT.bug)));
    child.on('error', () => resolve(EXIT.bug));
  });
  return { child, exited, pipe: (fd) => child.stdio[fd] as Duplex };
}

/** What every process may read: the program itself, its packages and its runtime. */
const PROGRAM_READ = `--allow-fs-read=${PROGRAM_ROOT}/*`;

/** The core alone, read-only: it may read what it is pointed at, and write, connect, spawn or load nothing. */
export function startReader(args: readonly string[]): Started & { readonly output: Readable } {
  const started = start('main', ['--permission', '--no-addons', '--allow-fs-read=*'], args, [
    'ignore',
    'pipe',
    'inherit',
  ]);
  return { ...started, output: started.child.stdout as Readable };
}

export interface CoreSetting {
  /** Files and folders it may read besides the program. */
  readonly reads: readonly string[];
  /** Folders it may write below. */
  readonly writes: readonly string[];
  readonly guard: Duplex;
  readonly people: Duplex;
  /**
   * Whether people sit at a terminal: then the core gets neither that terminal nor a way to open it (a session of its
   * own, pipes for what it prints), since whoever has a terminal open can read what is typed on it.
   */
  readonly atTheTable: boolean;
}

/** The core of a ceremony. 3: the supervisor; 4: the guard; 5: the people. */
export function startCore(args: readonly string[], setting: CoreSetting): Started {
  const output = setting.atTheTable ? 'pipe' : 'inherit';
  const stdio: StdioOptions = ['ignore', output, output, 'pipe', setting.guard, setting.people];
  return start('main', coreFlags(setting.reads, setting.writes), args, stdio, { detached: setting.atTheTable });
}

/**
 * The core's permissions: no network, addon, child process or worker; files only where the ceremony's are.
 * @throws CeremonyError USAGE where the name of a folder that is written is the beginning of another path's
 */
export function coreFlags(reads: readonly string[], writes: readonly string[]): string[] {
  holdApart(writes, [...reads, ...writes]);
  return [
    '--permission',
    '--no-addons',
    PROGRAM_READ,
    ...[...reads, ...writes].flatMap((path) => [`--allow-fs-read=${path}`, `--allow-fs-read=${path}/*`]),
    ...writes.flatMap((path) => [`--allow-fs-write=${path}`, `--allow-fs-write=${path}/*`]),
  ];
}

/**
 * Node's permission model loses the right to a folder itself where another permitted path begins with its name:
 * `/media/e1` beside `/media/e10`, or `root` beside `root.yaml`. The ceremony would end when the folder is first listed.
 */
function holdApart(folders: readonly string[], permitted: readonly string[]): void {
  for (const path of folders) {
    const longer = permitted.find((other) => other.startsWith(path) && other !== path && other[path.length] !== '/');
    if (longer === undefined) continue;
    throw new CeremonyError(
      'USAGE',
      `"${path}" is the beginning of "${longer}": the runtime could not tell them apart`,
      {
        hint: 'give one of them a name that does not begin with the other',
      },
    );
  }
}

/**
 * The guard. 3: the supervisor; 4: the core; 5: the terminal; 6: the core's screens, at the table. It starts the token processes itself, so that a PIN
 * passes through no third process; it reads the program and the modules, and writes to the site's printer of shares alone, where there is one. What it prints, and they,
 * is kept: people look at the terminal.
 * @param terminal a stream to the process that plays the people, the descriptor of the terminal device, or
 *   `pipe` for a stream whose other end is ours
 * @param spool descriptor of a file without a name (`openSpool`), which the guard gets as its own: 7
 */
export function startGuard(
  modules: readonly string[],
  terminal: Duplex | number | 'pipe',
  printer: string | null = null,
  spool: number | null = null,
): Started {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', terminal];
  stdio.push(typeof terminal === 'number' ? 'pipe' : 'ignore', ...(spool === null ? [] : [spool]));
  const started = start('guard/main', guardFlags(modules, printer), [], stdio, { environment: OVERWRITE_FREED });
  return { ...started, printed: new Printed(started.child.stderr as Readable) };
}

/** The guard's permissions. FFI is for one call, by which it makes itself unreadable; then it gives FFI up. */
export function guardFlags(modules: readonly string[], printer: string | null): string[] {
  return [
    '--permission',
    '--no-addons',
    '--allow-child-process',
    '--allow-ffi',
    PROGRAM_READ,
    ...modules.map((path) => `--allow-fs-read=${path}`),
    ...(printer === null ? [] : [`--allow-fs-write=${printer}`]),
  ];
}

/** The stage of a rehearsal. 3: the supervisor; 4: the guard's terminal; 5: the core's questions. */
export function startStage(): Started {
  return start('rehearsal/main', [], [], ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', 'pipe']);
}
