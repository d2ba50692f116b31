import { CeremonyError } from '../base/errors.ts';
import type { TokenName, TokenProcess } from '../token/client.ts';
import { parsePublicKey, parseSpki } from '../x509/public-key.ts';
import type { GuardTerminal } from './terminal.ts';

/** How often a key is to be used in one presentation. */
export interface KeyUses {
  /** DER of its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly times: number;
}

/** Whose PIN it is, and where it goes. */
export interface PinHolder {
  readonly seat: string;
  /** `the token 1234`, as messages name it. */
  readonly called: string;
  readonly client: TokenProcess;
  readonly name: TokenName;
  readonly terminal: GuardTerminal;
}

/**
 * The PIN that a token has taken, for its keys that ask for it at each use (CKA_ALWAYS_AUTHENTICATE, PKCS #11 v2.40 base
 * §4.9; the PIV signature key does: "PIN Always", SP 800-73-4 part 1). It is kept for one presentation, for as many uses
 * as its holder was told, and not at all where no key asks. The token has taken it at the login: sent again it costs no
 * try, and a token that refuses it all the same is sent it no more.
 */
export class KeptPin {
  readonly #holder: PinHolder;
  readonly #pin: Uint8Array;
  readonly #asking = new Set<string>();
  #left = 0;

  /** @param pin zeroed by `forget`, or before */
  constructor(holder: PinHolder, pin: Uint8Array) {
    this.#holder = holder;
    this.#pin = pin;
  }

  /** Finds out which of these keys ask, and tells the holder how often their PIN will be sent. Zeroes it where none does. */
  async keepFor(uses: readonly KeyUses[]): Promise<void> {
    for (const { spki, times } of uses) {
      if (times === 0 || !(await this.#asks(spki))) continue;
      this.#asking.add(hexOf(spki));
      this.#left += times;
    }
    if (this.#left === 0) return this.forget();
    const { seat, called, terminal } = this.#holder;
    const often = this.#left === 1 ? 'once more' : `${this.#left} times more`;
    await terminal.show([
      `${seat}: ${called} asks for its PIN each time.`,
      `The PIN that you typed is sent to it ${often}, then it is forgotten.`,
    ]);
  }

  /** @param work is given the PIN where the key asks for it */
  async using<T>(spki: Uint8Array, work: (pin?: Uint8Array) => Promise<T>): Promise<T> {
    if (!this.#asking.has(hexOf(spki))) return await work();
    if (this.#left === 0) throw new TypeError('the PIN was to be sent less often than it is asked for');
    this.#left -= 1;
    try {
      return await work(this.#pin);
    } catch (error) {
      throw this.#refused(error);
    } finally {
      if (this.#left === 0) this.forget();
    }
  }

  forget(): void {
    this.#left = 0;
    this.#pin.fill(0);
  }

  /** CKA_ALWAYS_AUTHENTICATE is about signing and decrypting: an agreement of keys has no moment for a PIN. */
  async #asks(spki: Uint8Array): Promise<boolean> {
    const { client, name } = this.#holder;
    try {
      const { attributes } = (await client.findKey(name, spki)).private;
      return attributes['ALWAYS_AUTHENTICATE'] === true && (isRsa(spki) || attributes['SIGN'] === true);
    } catch (error) {
      // Whoever uses it says what that means: of an envelope that cannot be opened no reason is told.
      if (error instanceof CeremonyError && error.code === 'HSM_OBJECT_MISSING') return false;
      throw error;
    }
  }

  #refused(error: unknown): unknown {
    if (!(error instanceof CeremonyError) || error.code !== 'PIN_INCORRECT') return error;
    this.forget();
    const { seat, called } = this.#holder;
    return new CeremonyError(
      'PIN_INCORRECT',
      `${called} of "${seat}" refuses at a use of its key the PIN that it took at the login`,
      {
        hint: 'one try is spent, and it was sent no second time: find out why before it is presented again',
        details: { ...error.details, reached: 'no' },
        cause: error,
      },
    );
  }
}

function isRsa(spki: Uint8Array): boolean {
  return parsePublicKey(parseSpki(spki)).type === 'rsa';
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
