import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { ModuleSeen, Origin, Refusal, TokenSeen } from '../doctor/facts.ts';
import { startTokenProcess, type TokenFacts, type TokenProcess, type TokenSelector } from '../token/client.ts';
import { PROGRAM_ROOT } from './program.ts';

export interface WantedModule {
  readonly library: string;
  readonly origin: Origin;
  /** The whole environment that the module gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** As C_Initialize gets it, or null. */
  readonly initArgs: string | null;
  /** The file must have this SHA-256, or it is not loaded; null for any. */
  readonly sha256: string | null;
}

/** How many random bytes are asked for, to see whether they are given. */
const RANDOM_BYTES = 8;

/**
 * Looks at what a module reaches, in a token process of its own: what hangs or crashes in it ends that process alone.
 * No PIN is used and no session is opened for writing.
 * @param within milliseconds for each answer
 */
export async function lookAtModule(wanted: WantedModule, within: number): Promise<ModuleSeen> {
  const { library, origin } = wanted;
  const nothing = { library, origin, sha256: null, writableByOthers: false, facts: null, readers: [], tokens: [] };
  let digest: string;
  let writableByOthers: boolean;
  try {
    digest = sha256(readFileSync(library));
    writableByOthers = (statSync(library).mode & 0o022) !== 0;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const message = missing ? 'there is no such file' : `it cannot be read: ${code}`;
    return { ...nothing, problem: { code: missing ? 'FILE_MISSING' : 'FILE_UNREADABLE', message } };
  }
  const file = { ...nothing, sha256: digest, writableByOthers };
  if (wanted.sha256 !== null && wanted.sha256 !== digest) {
    const message = `not loaded: it is not the file that the site names, whose SHA-256 is ${wanted.sha256}`;
    return { ...file, problem: { code: 'AUTHORIZATION_MODULE', message } };
  }
  let client: TokenProcess;
  try {
    const { environment, initArgs } = wanted;
    const start = { library, environment, initArgs, within };
    client = await startTokenProcess({ programRoot: PROGRAM_ROOT, stderr: 'capture', ...start });
  } catch (error) {
    return { ...file, problem: refusalOf(error) };
  }
  try {
    return { ...file, facts: client.module, ...(await lookInside(client)) };
  } finally {
    await client.stop();
  }
}

async function lookInside(client: TokenProcess): Promise<Pick<ModuleSeen, 'readers' | 'tokens' | 'problem'>> {
  const tokens: TokenSeen[] = [];
  let readers: ModuleSeen['readers'] = [];
  try {
    readers = await client.readers();
    for (const facts of await client.tokens()) tokens.push(await lookAtToken(client, facts));
  } catch (error) {
    return { readers, tokens, problem: refusalOf(error) };
  }
  return { readers, tokens, problem: null };
}

/** @throws CeremonyError when the process is gone: no other token can be looked at then */
async function lookAtToken(client: TokenProcess, facts: TokenFacts): Promise<TokenSeen> {
  const selector: TokenSelector = facts.initialized ? { serial: facts.serial } : { blank: true, model: facts.model };
  let mechanisms: TokenSeen['mechanisms'] = null;
  try {
    mechanisms = await client.mechanisms(selector);
  } catch (error) {
    return { facts, mechanisms, random: null, problem: passing(error) };
  }
  // A blank token has no sessions with many modules: whether it gives random bytes shows once it is initialised.
  if (!facts.initialized) return { facts, mechanisms, random: null, problem: null };
  try {
    (await client.random(selector, RANDOM_BYTES)).fill(0);
    return { facts, mechanisms, random: true, problem: null };
  } catch (error) {
    passing(error);
    return { facts, mechanisms, random: false, problem: null };
  }
}

/** A refusal by the module, after which it can be asked again. @throws the error itself when the process is gone */
function passing(error: unknown): Refusal {
  if (error instanceof CeremonyError && !error.code.startsWith('TOKEN_PROCESS')) return refusalOf(error);
  throw error;
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof CeremonyError)) throw error;
  const output = error.details?.['stderr'];
  const last = typeof output === 'string' ? output.trim().split('\n').at(-1) : undefined;
  return {
    code: error.code,
    message: last ? `${error.message}; its last words: ${last.slice(0, 200)}` : error.message,
  };
}
