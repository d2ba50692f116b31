import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { AuthorizedHsm } from '../quorum/authorization.ts';
import type { Hold } from '../quorum/operation.ts';
import type { TokenProcess } from '../token/client.ts';
import type { TokenFacts, TokenSelector } from '../token/replies.ts';

/** A key that this guard has seen made, by the digest of its SubjectPublicKeyInfo. */
export interface KnownKey {
  readonly spki: Uint8Array;
  readonly label: string;
}

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
  readonly #start: () => Promise<TokenProcess>;
  #serial: string | null;
  #activation: Activation | undefined;

  constructor(authorized: AuthorizedHsm, start: () => Promise<TokenProcess>) {
    this.authorized = authorized;
    this.#start = start;
    this.#serial = authorized.serial;
  }

  get serial(): string | null {
    return this.#serial;
  }

  get active(): boolean {
    return this.#activation !== undefined;
  }

  /** A blank token gets its serial when it is initialised; from then on it is held to it. */
  bind(serial: string): void {
    this.#serial = serial;
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

  /** Runs something that needs no login, in a token process of its own that ends with it. */
  async publicly<T>(use: (client: TokenProcess) => Promise<T>): Promise<T> {
    const client = await this.#start();
    try {
      return await use(client);
    } finally {
      await endOf(client);
    }
  }

  /** Facts of the one token that is this HSM. @throws CeremonyError TOKEN_MISSING, TOKEN_UNEXPECTED */
  async facts(client: TokenProcess): Promise<TokenFacts> {
    const tokens = await client.tokens();
    const found = tokens.filter((token) =>
      this.#serial === null
        ? !token.initialized && token.model === this.authorized.model
        : token.serial === this.#serial,
    );
    const [only] = found;
    if (found.length !== 1 || !only) {
      const wanted =
        this.#serial === null ? `blank token of model "${this.authorized.model}"` : `token with serial ${this.#serial}`;
      throw new CeremonyError(
        'TOKEN_MISSING',
        `${found.length} of "${this.authorized.name}" (${wanted}) are present; exactly one is needed`,
      );
    }
    if (only.model !== this.authorized.model) {
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `"${this.authorized.name}" has the model "${only.model}"; the authorization names "${this.authorized.model}"`,
      );
    }
    if (only.errorState)
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${this.authorized.name}" reports an error state`);
    return only;
  }

  /**
   * Opens the activation: one token process, one login with the PIN of the recombined secret.
   * @param pin zeroed by the caller
   */
  async activate(pin: Uint8Array, hold: Hold | null): Promise<void> {
    const client = await this.#start();
    try {
      const facts = await this.facts(client);
      if (facts.userPinLocked)
        throw new CeremonyError('PIN_LOCKED', `the user PIN of "${this.authorized.name}" is locked`);
      await client.login(this.named, 'user', pin, hold ? hold.seconds : undefined);
    } catch (error) {
      await endOf(client);
      throw error;
    }
    const timer = hold ? setTimeout(() => void this.deactivate(), hold.seconds * 1000) : undefined;
    timer?.unref();
    const until = hold ? Date.now() + hold.seconds * 1000 : Number.POSITIVE_INFINITY;
    const activation: Activation = { client, hold, until, left: hold ? hold.operations : 1, timer };
    this.#activation = activation;
    void client.ended.then(() => {
      if (this.#activation === activation) this.#activation = undefined;
    });
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
   * approved without a hold. An error ends the activation: what state the token is in is not known then.
   */
  async underActivation<T>(hold: Hold | null, use: (client: TokenProcess) => Promise<T>): Promise<T> {
    const activation = this.#activation;
    if (!activation) {
      throw new CeremonyError('HSM_NOT_ACTIVE', `"${this.authorized.name}" is not active`, {
        hint: 'its activation has ended; propose and approve again',
      });
    }
    if (Date.now() > activation.until) {
      await this.deactivate();
      throw new CeremonyError('HSM_NOT_ACTIVE', `the activation of "${this.authorized.name}" has lapsed`, {
        hint: 'propose and approve again',
      });
    }
    activation.left -= 1;
    try {
      const result = await use(activation.client);
      if (activation.left === 0 || hold === null) await this.deactivate();
      return result;
    } catch (error) {
      await this.deactivate();
      throw error;
    }
  }

  /** Logs out and ends the token process, and with it every copy of the PIN. Does nothing when nothing stands. */
  async deactivate(): Promise<void> {
    const activation = this.#activation;
    this.#activation = undefined;
    if (!activation) return;
    clearTimeout(activation.timer);
    await endOf(activation.client);
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
}

async function expectRefusedUse(
  client: TokenProcess,
  token: { readonly serial: string },
  key: KnownKey,
): Promise<void> {
  try {
    await client.findKey(token, key.spki);
  } catch (error) {
    if (error instanceof CeremonyError) return;
    throw error;
  }
  throw new CeremonyError('HSM_NOT_ACTIVE', `the private key "${key.label}" can still be found after logout`);
}

/** Closes the pipe, upon which the process logs out and ends, and waits until it has. A dead one is already there. */
async function endOf(client: TokenProcess): Promise<void> {
  client.close();
  await client.ended;
}
