import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { protectionOf } from '../quorum/activation.ts';
import type { Authorization, AuthorizedHsm } from '../quorum/authorization.ts';
import type { Hold, HsmName } from '../quorum/operation.ts';
import { holdToMode } from '../quorum/software-token.ts';
import { loginSecondsFor, type Pin, type TokenProcess } from '../token/client.ts';
import type { TokenFacts, TokenSelector } from '../token/replies.ts';
import { findHsm } from './hsm-presence.ts';
import { troubled } from './token-trouble.ts';
import { requireUnlocked } from './tries.ts';

/** A key that this guard has seen made, by the digest of its SubjectPublicKeyInfo. */
export interface KnownKey {
  readonly spki: Uint8Array;
  readonly label: string;
}

/** What an HSM is used for, for the messages: an operation of a step, or something that needs no approval. */
export interface Use {
  readonly op: string;
  readonly step?: string;
  /** What is signed in one operation: without a hold, the login lasts for all of it. */
  readonly items?: readonly unknown[];
}

const LOOK: Use = { op: 'look' };

/** What is left behind when an operation was carried out and its answer was lost. */
const EFFECTS: Readonly<Record<string, string>> = {
  'prepare-token': 'the token was initialised',
  'rotate-activation': 'the PIN was changed',
  'generate-key': 'a key was made',
  sign: 'a signature was made',
  'sign-list': 'signatures were made',
  'prove-key': 'a signature was made',
  'wrap-key': 'a key was wrapped, or the key that it is wrapped with was put there',
  'unwrap-key': 'a key was restored',
  'destroy-key': 'the key, or half of it, was destroyed',
  'zeroize-token': 'the token was erased',
  'set-key-state': 'it was decided',
  'record-loss': 'it was recorded',
};

interface Activation {
  readonly client: TokenProcess;
  readonly hold: Hold | null;
  /** Milliseconds since the epoch. The timer stops while a laptop sleeps; the clock on the wall does not. */
  readonly until: number;
  /** Operations left; the one that opened the activation is counted. */
  left: number;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * One HSM of the authorization: its token process while an activation stands, and the timer that ends it. Between
 * activations nothing of the PIN exists in any process.
 */
export class HsmSession {
  readonly authorized: AuthorizedHsm;
  readonly keys = new Map<string, KnownKey>();
  readonly #mode: Authorization['mode'];
  readonly #start: () => Promise<TokenProcess>;
  #serial: string | null;
  #slot: number | undefined;
  #activation: Activation | undefined;
  #endedBy: string | undefined;

  constructor(authorized: AuthorizedHsm, mode: Authorization['mode'], start: () => Promise<TokenProcess>) {
    this.authorized = authorized;
    this.#mode = mode;
    this.#start = start;
    this.#serial = authorized.serial;
  }

  /** What the record says protected an operation of it. */
  get protection(): string {
    return protectionOf(this.authorized.activation.means) as string;
  }

  get serial(): string | null {
    return this.#serial;
  }

  get active(): boolean {
    return this.#activation !== undefined;
  }

  /** Why the last activation ended before its time, for the people who must open the next one; undefined if it did not. */
  get endedBy(): string | undefined {
    return this.#endedBy;
  }

  /** A blank token gets its serial when it is initialised, and often another slot; from then on it is held to it. */
  bind(serial: string): void {
    this.#serial = serial;
    this.#slot = undefined;
  }

  /** What was to give it a serial has failed: it is again the token that was authorized, and what is on it is not known. */
  release(): void {
    this.#serial = this.authorized.serial;
    this.#slot = undefined;
  }

  /** How requests name the token: a blank one by its model. */
  get selector(): TokenSelector {
    return this.#serial === null ? { blank: true, model: this.authorized.model } : this.named;
  }

  /** An initialised token. @throws CeremonyError TOKEN_UNEXPECTED for a blank one */
  get named(): { readonly serial: string } {
    if (this.#serial === null)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${this.authorized.name}" is blank; it must be prepared first`);
    return { serial: this.#serial };
  }

  /** @throws CeremonyError AUTHORIZATION_TOKEN when an operation is for another token than this HSM is */
  requireToken({ model, serial }: HsmName): void {
    const { name, model: authorized } = this.authorized;
    if (serial === this.#serial && model === authorized) return;
    throw new CeremonyError(
      'AUTHORIZATION_TOKEN',
      `the operation is for "${model}" serial ${serial ?? 'none (blank)'}; "${name}" is "${authorized}" serial ${this.#serial ?? 'none (blank)'}`,
    );
  }

  /** Secrets are made, split and set only for an HSM whose authorization says so. @throws CeremonyError TOKEN_UNEXPECTED */
  requireShares(): void {
    const { name, activation } = this.authorized;
    if (activation.means === 'shares') return;
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `"${name}" is activated by ${activation.means}, as authorized; its PINs are not set here`,
    );
  }

  /** Runs something that needs no activation, in a token process of its own that ends with it. */
  async publicly<T>(use: (client: TokenProcess) => Promise<T>, what: Use = LOOK): Promise<T> {
    let client: TokenProcess | undefined;
    try {
      client = await this.#start();
      return await use(client);
    } catch (error) {
      throw this.#troubled(error, what, (client?.lastingCalls ?? 0) > 0);
    } finally {
      await client?.stop();
    }
  }

  /**
   * Facts of the one token that is this HSM, as it is present now.
   * @throws CeremonyError TOKEN_MISSING, HSM_REMOVED, HSM_WRONG_TOKEN, TOKEN_UNEXPECTED, HSM_DEVICE_ERROR
   */
  async facts(client: TokenProcess): Promise<TokenFacts> {
    const facts = findHsm(await client.tokens(), {
      authorized: this.authorized,
      mode: this.#mode,
      serial: this.#serial,
      slot: this.#slot,
    });
    this.#slot = facts.slot;
    return facts;
  }

  /**
   * The token that an interrupted preparation left where a blank one was: of the authorized model, under the label that
   * was to be given. A module may show a new blank one beside it.
   * @throws CeremonyError TOKEN_MISSING when it may be one of several, TOKEN_UNEXPECTED as `facts`
   */
  async leftBehind(client: TokenProcess, label: string): Promise<TokenFacts | undefined> {
    if (this.#serial !== null) return undefined;
    const { name, model } = this.authorized;
    const found = (await client.tokens()).filter(
      (token) => token.initialized && token.model === model && token.label === label,
    );
    const [only] = found;
    if (only) holdToMode(this.#mode, only, `the HSM "${name}"`);
    if (found.length <= 1) return only;
    throw new CeremonyError(
      'TOKEN_MISSING',
      `${found.length} tokens of model "${model}" are labelled "${label}"; which of them is "${name}" cannot be told`,
      { hint: 'take out what does not belong to this ceremony' },
    );
  }

  /**
   * Opens the activation: one token process, one login.
   * @param pin zeroed by the caller; null where the device asks for it itself
   */
  async activate(pin: Pin, hold: Hold | null, what: Use): Promise<void> {
    let client: TokenProcess | undefined;
    try {
      client = await this.#start();
      await this.#login(client, pin, hold?.seconds ?? loginSecondsFor(what.items?.length ?? 0));
    } catch (error) {
      await client?.stop();
      throw this.#troubled(error, what, false);
    }
    const timer = hold ? setTimeout(() => void this.#end('its time was over', true), hold.seconds * 1000) : undefined;
    timer?.unref();
    const until = hold ? Date.now() + hold.seconds * 1000 : Number.POSITIVE_INFINITY;
    const activation: Activation = { client, hold, until, left: hold ? hold.operations : 1, timer };
    this.#activation = activation;
    this.#endedBy = undefined;
    void client.ended.then(() => {
      if (this.#activation === activation) void this.#end('its token process ended');
    });
  }

  async #login(client: TokenProcess, pin: Pin, seconds: number): Promise<void> {
    const facts = await this.facts(client);
    requireUnlocked(facts, 'user');
    await client.login(this.named, 'user', pin, seconds);
  }

  /**
   * An operation runs under a standing activation only if its approvers read the same hold on their screen, or none:
   * then the HSM logs out after it.
   * @throws CeremonyError DESCRIPTOR_INVALID
   */
  requireHold(hold: Hold | null): void {
    const standing = this.#activation?.hold;
    if (hold && standing && (hold.operations !== standing.operations || hold.seconds !== standing.seconds)) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the operation was approved under another hold than the activation of "${this.authorized.name}" that stands`,
      );
    }
  }

  /**
   * Runs one operation under the standing activation and counts it; logs out when it was the last one, or was
   * approved without a hold. The token is looked at again right before. An error ends the activation: what state the
   * token is in is not known then.
   */
  async underActivation<T>(hold: Hold | null, what: Use, use: (client: TokenProcess) => Promise<T>): Promise<T> {
    const activation = this.#activation;
    if (activation && Date.now() > activation.until) await this.#end('its time was over');
    if (!activation || this.#activation !== activation) {
      throw new CeremonyError('HSM_NOT_ACTIVE', `"${this.authorized.name}" is not active`, {
        hint: `its activation has ended${this.#endedBy === undefined ? '' : `: ${this.#endedBy}`}; propose and approve again`,
        details: { reached: 'no' },
      });
    }
    activation.left -= 1;
    const before = activation.client.lastingCalls;
    let result: T;
    try {
      await this.facts(activation.client);
      result = await use(activation.client);
    } catch (error) {
      await this.#end('an operation failed');
      throw this.#troubled(error, what, activation.client.lastingCalls > before);
    }
    if (activation.left === 0 || hold === null) await this.deactivate();
    return result;
  }

  /** Logs out and ends the token process, and with it every copy of the PIN. Does nothing when nothing stands. */
  async deactivate(): Promise<void> {
    await this.#end(undefined);
  }

  /** @param unseen while people may be asked about something else */
  async #end(why: string | undefined, unseen = false): Promise<void> {
    const activation = this.#activation;
    this.#activation = undefined;
    if (!activation) return;
    this.#endedBy = why;
    clearTimeout(activation.timer);
    await activation.client.stop(unseen);
  }

  /** Shows that the HSM is locked: without a login no private object can be seen. */
  async showLocked(): Promise<JsonObject> {
    return await this.publicly(async (client) => {
      const objects = await client.inventory(this.named);
      const visible = objects.filter((object) => object.attributes['PRIVATE'] === true).length;
      if (visible > 0)
        throw new CeremonyError(
          'HSM_NOT_ACTIVE',
          `"${this.authorized.name}" still shows ${visible} private objects after logout`,
        );
      for (const key of this.keys.values()) await expectRefusedUse(client, this.named, key);
      return { hsm: this.authorized.name, privateObjectsVisible: 0, usesRefused: this.keys.size };
    });
  }

  #troubled(error: unknown, { op, step }: Use, reached: boolean): unknown {
    const { name, model } = this.authorized;
    const serial = this.#serial === null ? 'blank' : `serial ${this.#serial}`;
    const isLook = op === LOOK.op;
    return troubled(notItsPin(error, this.authorized.activation.means === 'device-quorum'), {
      who: `"${name}" ("${model}", ${serial})`,
      doing: isLook ? 'a look at it' : `${op}${step === undefined ? '' : ` of step "${step}"`}`,
      reached,
      effect: EFFECTS[op] ?? 'the operation was done',
      after: {
        untouched: isLook ? 'then repeat the step' : 'then propose the operation and approve it anew',
        unknown: 'then see what is on it and hold that to the record before anything else is done with it',
      },
      facts: { hsm: name, serial: this.#serial, operation: op },
    });
  }
}

/** What a device returns from C_Login when its people did not present what it wants, or gave up. */
const REFUSED_AT_DEVICE: ReadonlySet<unknown> = new Set([
  'CKR_PIN_INCORRECT',
  'CKR_FUNCTION_CANCELED',
  'CKR_FUNCTION_REJECTED',
]);

/** A wrong PIN of an HSM is nobody's typing error: its shares do not fit it any more, or the device says no. */
function notItsPin(error: unknown, atDevice: boolean): unknown {
  if (!(error instanceof CeremonyError)) return error;
  const { message, details } = error;
  const isRefused = atDevice && details?.['call'] === 'C_Login' && REFUSED_AT_DEVICE.has(details['name']);
  if (isRefused) return new CeremonyError('HSM_LOGIN_REFUSED', message, { cause: error, details: { ...details } });
  if (error.code !== 'PIN_INCORRECT') return error;
  return new CeremonyError('HSM_PIN_INCORRECT', message, { cause: error, details: { ...details } });
}

async function expectRefusedUse(
  client: TokenProcess,
  token: { readonly serial: string },
  key: KnownKey,
): Promise<void> {
  try {
    await client.findKey(token, key.spki);
  } catch (error) {
    // A token that has gone has not refused.
    if (error instanceof CeremonyError && REFUSED_USE.has(error.code)) return;
    throw error;
  }
  throw new CeremonyError('HSM_NOT_ACTIVE', `the private key "${key.label}" can still be found after logout`);
}

const REFUSED_USE: ReadonlySet<string> = new Set(['HSM_NOT_ACTIVE', 'HSM_OBJECT_MISSING']);
