import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Caller } from '../../src/channel/requests.ts';
import {
  type Attend,
  startTokenProcess,
  type TimeLimits,
  type TokenProcess,
  tokenProcessArguments,
} from '../../src/token/client.ts';
import type { GeneratedKeyPair, KeyAlgorithm, KeyTemplate } from '../../src/token/replies.ts';
import type { SoftHsm } from '../softhsm/soft-hsm.ts';

export const PROGRAM_ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const MODEL = 'SoftHSM v2';

/** Not C strings, and not UTF-8 either: PINs are bytes. */
export const SO_PIN = Buffer.from('so \0 pin ä €\xff', 'latin1');
export const USER_PIN = Buffer.concat([Buffer.from('Pin \0 für alle €'), Buffer.of(0xff, 0xfe)]);

export function startOn(hsm: SoftHsm, options: TimeLimits & { readonly attend?: Attend } = {}): Promise<TokenProcess> {
  return startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: hsm.library,
    environment: hsm.environment,
    stderr: 'capture',
    ...options,
  });
}

/** A token with both PINs, nobody logged in. */
export async function prepareToken(process: TokenProcess, label: string): Promise<{ readonly serial: string }> {
  const { serial } = await process.initToken({ blank: true, model: MODEL }, label, SO_PIN);
  await process.login({ serial }, 'so', SO_PIN);
  await process.initPin({ serial }, USER_PIN);
  await process.logout({ serial });
  return { serial };
}

/** As prepareToken, and the user is logged in. */
export async function activeToken(process: TokenProcess, label: string): Promise<{ readonly serial: string }> {
  const token = await prepareToken(process, label);
  await process.login(token, 'user', USER_PIN);
  return token;
}

export function publicTemplate(label: string, id: string, more: KeyTemplate = {}): KeyTemplate {
  return { TOKEN: true, PRIVATE: false, VERIFY: true, LABEL: label, ID: id, ...more };
}

export function privateTemplate(label: string, id: string, more: KeyTemplate = {}): KeyTemplate {
  return { TOKEN: true, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, SIGN: true, LABEL: label, ID: id, ...more };
}

export function generate(
  process: TokenProcess,
  token: { readonly serial: string },
  algorithm: KeyAlgorithm,
  label: string,
  id: string,
  more: KeyTemplate = {},
): Promise<GeneratedKeyPair> {
  return process.generateKeyPair(token, algorithm, publicTemplate(label, id), privateTemplate(label, id, more));
}

export function der(spki: string): Buffer {
  return Buffer.from(spki, 'base64');
}

/** A token process without the client: whatever JSON a peer may send can be sent. */
export function startRaw(hsm: SoftHsm): {
  readonly caller: Caller;
  readonly child: ChildProcess;
  readonly channel: Duplex;
} {
  const program = fileURLToPath(new URL('../../src/token/main.ts', import.meta.url));
  const child = spawn(process.execPath, tokenProcessArguments(PROGRAM_ROOT, program), {
    env: { ...hsm.environment },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  return { caller: new Caller(channel, 'the token process', 'TOKEN_PROCESS_DIED'), child, channel };
}

/** For assert.rejects: the code and the whole message. */
export function refusal(code: string, message: RegExp | string): (error: unknown) => boolean {
  return (error) => {
    const { code: actualCode, message: actual } = error as { code?: string; message: string };
    const fits = typeof message === 'string' ? actual === message : message.test(actual);
    if (actualCode !== code || !fits) {
      throw new Error(`expected ${code} ${String(message)}, got ${actualCode} "${actual}"`, { cause: error });
    }
    return true;
  };
}
