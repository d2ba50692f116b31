import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from '../base/errors.ts';
import type { Attend, Ended, TimeLimits } from './token-child.ts';
import { TokenProcess } from './token-process.ts';

export { loginSecondsFor, MOST_IN_ONE_REQUEST } from './limits.ts';

// Whoever starts a token process needs these, and may import nothing else of this folder.
export type {
  Attributes,
  FoundKey,
  GeneratedKeyPair,
  KeyAlgorithm,
  KeyTemplate,
  MechanismFacts,
  ModuleFacts,
  OaepHash,
  ObjectFacts,
  ReaderFacts,
  SignatureAlgorithm,
  TokenFacts,
  TokenName,
  TokenSelector,
  TokenWithKeys,
  User,
} from './replies.ts';
export { type Attend, type Ended, type TimeLimits, tokenMilliseconds, type UnderWay } from './token-child.ts';
export type { Pin, TokenProcess } from './token-process.ts';

/** How long the last output of a process that has ended may take to arrive. */
const LAST_OUTPUT_MS = 200;

export interface TokenProcessOptions extends TimeLimits {
  /** Folder of the program: its code and its node_modules, all that the process may read. */
  readonly programRoot: string;
  /** Absolute path of the PKCS#11 module. */
  readonly library: string;
  /** The whole environment of the process: what the site's binding allows this module, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** What C_Initialize gets as LibraryParameters; null or absent for nothing. */
  readonly initArgs?: string | null;
  /** Where the module's own output goes: to our stderr, or kept (the last 64 KiB) for `stderrText`. */
  readonly stderr?: 'inherit' | 'capture';
  /** Who is told of every request, and decides about one that takes long; without it time limits do. */
  readonly attend?: Attend | undefined;
}

/** Arguments of Node for the process: its permissions, then its program. Network, child processes and writing: none. */
export function tokenProcessArguments(programRoot: string, program: string): string[] {
  return [
    '--permission',
    '--allow-addons',
    '--allow-ffi',
    `--allow-fs-read=${programRoot}/*`,
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
    // "The flag --allow-addons (--allow-ffi) must be used with extreme caution."
    '--disable-warning=PERM0001',
    '--disable-warning=PERM0003',
    program,
  ];
}

/**
 * Starts a token process and has it load the module.
 * @throws CeremonyError PKCS11_ERROR, PKCS11_ARGUMENT, TOKEN_PROCESS_DIED; no process is left then
 */
export async function startTokenProcess(options: TokenProcessOptions): Promise<TokenProcess> {
  const node = Object.keys(options.environment).find((name) => name.startsWith('NODE_'));
  if (node !== undefined) {
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      `environment variable "${node}" could change the permissions of a token process`,
    );
  }
  // This file is TypeScript in the source tree and JavaScript in the built one; so is its neighbour.
  const here = fileURLToPath(import.meta.url);
  const program = `${dirname(here)}/main${here.slice(here.lastIndexOf('.'))}`;
  const output = options.stderr === 'capture' ? 'pipe' : process.stderr.fd;
  const child = spawn(process.execPath, tokenProcessArguments(options.programRoot, program), {
    cwd: '/',
    env: { ...options.environment },
    stdio: ['ignore', output, output, 'pipe'],
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const { pid, stdout, stderr } = child;
  const kill = () => void child.kill('SIGKILL');
  const channel = child.stdio[3] as Duplex;
  const started = new TokenProcess({ pid, stdout, stderr, channel, ended, kill }, options, options.attend);
  try {
    await started.open(options.library, options.initArgs ?? null);
    return started;
  } catch (error) {
    await started.stop();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_OUTPUT_MS))]);
    throw withOutput(error, started.stderrText());
  }
}

/** A process that died before it had a module takes its last words along: there is no handle left to ask. */
function withOutput(error: unknown, stderr: string): unknown {
  if (!(error instanceof CeremonyError) || error.code !== 'TOKEN_PROCESS_DIED' || stderr === '') return error;
  const details = { ...error.details, stderr: stderr.slice(-2000) };
  return new CeremonyError(error.code, error.message, { cause: error, details });
}
