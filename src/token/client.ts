import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { Caller, type Reply } from '../channel/requests.ts';
import type {
  FoundKey,
  GeneratedKeyPair,
  KeyAlgorithm,
  KeyTemplate,
  MechanismFacts,
  ModuleFacts,
  OaepHash,
  ObjectFacts,
  SignatureAlgorithm,
  TokenFacts,
  TokenSelector,
  User,
} from './replies.ts';

/** The bytes of a PIN; null where the device asks for it itself. The caller zeroes its own copy. */
export type Pin = Uint8Array | null;

type BySerial = { readonly serial: string };

export interface TokenProcessOptions {
  /** Folder of the program: its code and its node_modules, all that the process may read. */
  readonly programRoot: string;
  /** Absolute path of the PKCS#11 module. */
  readonly library: string;
  /** The whole environment of the process: what the site's binding allows this module, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the module's own output goes: to our stderr, or kept (the last 64 KiB) for `stderrText`. */
  readonly stderr?: 'inherit' | 'capture';
  /** Milliseconds in which each request must be answered, but those that wait for people at a PIN pad. None unless told. */
  readonly within?: number;
}

/** How the process ended. Code 0: asked to, or its pipe closed; 75: time limit. Both null: it never started. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const KEPT_STDERR = 64 * 1024;

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
  const started = new TokenProcess(child, options);
  try {
    await started.open(options.library);
    return started;
  } catch (error) {
    started.kill();
    throw error;
  }
}

/** A running token process. Its methods are its requests; none of them is ever repeated by itself. */
export class TokenProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #caller: Caller;
  readonly #within: number | undefined;
  #stderr = '';
  #facts: ModuleFacts | undefined;

  constructor(child: ChildProcess, options: Pick<TokenProcessOptions, 'within'>) {
    this.#child = child;
    this.pid = child.pid;
    this.#within = options.within;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: null, signal: null }));
    });
    for (const output of [child.stdout, child.stderr]) this.#keep(output);
    this.#caller = new Caller(
      child.stdio[3] as Duplex,
      'the token process',
      'TOKEN_PROCESS_DIED',
      'TOKEN_PROCESS_TIMEOUT',
    );
  }

  /** What the module says of itself. */
  get module(): ModuleFacts {
    if (!this.#facts) throw new TypeError('the token process has no module yet');
    return this.#facts;
  }

  /** What the process and its module have printed, where it is captured. Foreign text. */
  stderrText(): string {
    return this.#stderr;
  }

  /** Once, by startTokenProcess. */
  async open(library: string): Promise<void> {
    this.#facts = (await this.#ask('open', { library })) as ModuleFacts;
  }

  async tokens(): Promise<readonly TokenFacts[]> {
    return (await this.#ask('tokens', {})) as readonly TokenFacts[];
  }

  async mechanisms(token: TokenSelector): Promise<readonly MechanismFacts[]> {
    return (await this.#ask('mechanisms', { token })) as readonly MechanismFacts[];
  }

  async random(token: TokenSelector, length: number): Promise<Buffer> {
    return (await this.#call('random', { token, length })).bytes;
  }

  /** @param wipes serial of an initialised token, all of whose objects go; without it only a blank one is initialised */
  async initToken(
    token: TokenSelector,
    label: string,
    soPin: Pin,
    wipes?: string,
  ): Promise<{ serial: string; label: string; model: string }> {
    const params = { token, label, ...(wipes === undefined ? {} : { wipes }) };
    return (await this.#withPin('init-token', params, soPin)) as { serial: string; label: string; model: string };
  }

  /** Exactly one C_Login. @param seconds after which the process logs out and ends by itself */
  async login(token: BySerial, user: User, pin: Pin, seconds?: number): Promise<void> {
    await this.#withPin('login', { token, user, ...(seconds === undefined ? {} : { seconds }) }, pin);
  }

  /** The security officer must be logged in. */
  async initPin(token: BySerial, userPin: Pin): Promise<void> {
    await this.#withPin('init-pin', { token }, userPin);
  }

  /** Of whoever is logged in; of the user when nobody is. Both null where the device asks for them. */
  async setPin(token: BySerial, oldPin: Pin, newPin: Pin): Promise<void> {
    if (oldPin === null || newPin === null) {
      if (oldPin !== newPin) throw new TypeError('the device asks for both PINs or for none');
      await this.#withPin('set-pin', { token }, null);
      return;
    }
    const both = Buffer.concat([oldPin, newPin]);
    try {
      await this.#call('set-pin', { token, oldLength: oldPin.length }, both);
    } finally {
      both.fill(0);
    }
  }

  async logout(token: BySerial): Promise<void> {
    await this.#ask('logout', { token });
  }

  /** All objects that are visible now: without a login the public ones only. */
  async inventory(token: BySerial): Promise<readonly ObjectFacts[]> {
    return (await this.#ask('inventory', { token })) as readonly ObjectFacts[];
  }

  async generateKeyPair(
    token: BySerial,
    algorithm: KeyAlgorithm,
    publicTemplate: KeyTemplate,
    privateTemplate: KeyTemplate,
  ): Promise<GeneratedKeyPair> {
    const params = { token, algorithm, publicTemplate, privateTemplate };
    return (await this.#ask('generate-key-pair', params)) as GeneratedKeyPair;
  }

  async findKey(token: BySerial, spki: Uint8Array): Promise<FoundKey> {
    return (await this.#ask('find-key', { token, spki: base64(spki) })) as FoundKey;
  }

  /**
   * @param payload what is signed, not its digest
   * @param contextPin for a key that is CKA_ALWAYS_AUTHENTICATE
   * @returns as X.509 wants it: Ecdsa-Sig-Value in DER, or the RSA signature
   */
  async sign(
    token: BySerial,
    spki: Uint8Array,
    algorithm: SignatureAlgorithm,
    payload: Uint8Array,
    contextPin?: Pin,
  ): Promise<Buffer> {
    return this.#operate('sign', { token, spki: base64(spki), algorithm }, payload, contextPin);
  }

  /** The raw x-coordinate. The caller zeroes it. */
  async ecdh(token: BySerial, spki: Uint8Array, peer: Uint8Array): Promise<Buffer> {
    return (await this.#call('ecdh', { token, spki: base64(spki), peer: base64(peer) })).bytes;
  }

  /** The caller zeroes the plaintext. */
  async rsaOaepDecrypt(
    token: BySerial,
    spki: Uint8Array,
    hash: OaepHash,
    ciphertext: Uint8Array,
    contextPin?: Pin,
  ): Promise<Buffer> {
    return this.#operate('rsa-oaep-decrypt', { token, spki: base64(spki), hash }, ciphertext, contextPin);
  }

  async destroy(token: BySerial, objectClass: string, label: string, id: string | null): Promise<void> {
    await this.#ask('destroy', { token, class: objectClass, label, id });
  }

  /** Logs out everywhere; the process has ended when this resolves. */
  async end(): Promise<Ended> {
    await this.#ask('end', {});
    return this.ended;
  }

  /** Closes the pipe: the process logs out and ends by itself. */
  close(): void {
    this.#caller.close();
  }

  /** At once, without a logout (SIGKILL). */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #operate(
    method: string,
    params: JsonObject,
    operand: Uint8Array,
    contextPin: Pin | undefined,
  ): Promise<Buffer> {
    if (contextPin === undefined) return (await this.#call(method, params, operand)).bytes;
    if (contextPin === null) return (await this.#call(method, { ...params, nullPin: true }, operand, true)).bytes;
    const both = Buffer.concat([operand, contextPin]);
    try {
      return (await this.#call(method, { ...params, contextPinLength: contextPin.length }, both)).bytes;
    } finally {
      both.fill(0);
    }
  }

  async #withPin(method: string, params: JsonObject, pin: Pin): Promise<Json> {
    const reply =
      pin === null
        ? this.#call(method, { ...params, nullPin: true }, undefined, true)
        : this.#call(method, params, pin);
    return (await reply).value;
  }

  async #ask(method: string, params: JsonObject): Promise<Json> {
    return (await this.#call(method, params)).value;
  }

  #call(method: string, params: JsonObject, bytes?: Uint8Array, atPinPad = false): Promise<Reply> {
    return this.#caller.call(method, params, {
      ...(bytes === undefined ? {} : { bytes }),
      ...(this.#within === undefined || atPinPad ? {} : { within: this.#within }),
    });
  }

  #keep(output: Readable | null): void {
    output?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
