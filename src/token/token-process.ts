import type { Json, JsonObject } from '../base/canonical-json.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { cut } from './cut.ts';
import type {
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
import { type Ended, TokenChild } from './token-child.ts';

/** The bytes of a PIN; null where the device asks for it itself. The caller zeroes its own copy. */
export type Pin = Uint8Array | null;

/** A running token process. Its methods are its requests; none of them is ever repeated by itself. */
export class TokenProcess extends TokenChild {
  #facts: ModuleFacts | undefined;

  /** What the module says of itself. */
  get module(): ModuleFacts {
    if (!this.#facts) throw new TypeError('the token process has no module yet');
    return this.#facts;
  }

  /** Once, by startTokenProcess. */
  async open(library: string, initArgs: string | null = null): Promise<void> {
    const params = { library, ...(initArgs === null ? {} : { initArgs }) };
    this.#facts = (await this.#ask('open', params)) as ModuleFacts;
  }

  async tokens(): Promise<readonly TokenFacts[]> {
    return (await this.#ask('tokens', {})) as readonly TokenFacts[];
  }

  /** Every token with that serial, with the keys that it shows without a login. */
  async tokensOf(serial: string): Promise<readonly TokenWithKeys[]> {
    return (await this.#ask('tokens-of', { serial })) as readonly TokenWithKeys[];
  }

  async readers(): Promise<readonly ReaderFacts[]> {
    return (await this.#ask('readers', {})) as readonly ReaderFacts[];
  }

  async mechanisms(token: TokenSelector): Promise<readonly MechanismFacts[]> {
    return (await this.#ask('mechanisms', { token })) as readonly MechanismFacts[];
  }

  async random(token: TokenSelector, length: number): Promise<Buffer> {
    return (await this.request('random', { token, length })).bytes;
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

  /**
   * Exactly one C_Login.
   * @param seconds after which the process logs out and ends by itself, whatever people decide; as long as the longest
   *   call may take, unless told
   */
  async login(token: TokenName, user: User, pin: Pin, seconds?: number): Promise<void> {
    await this.#withPin('login', { token, user, ...(seconds === undefined ? {} : { seconds }) }, pin);
  }

  /** The security officer must be logged in. */
  async initPin(token: TokenName, userPin: Pin): Promise<void> {
    await this.#withPin('init-pin', { token }, userPin);
  }

  /** Of whoever is logged in; of the user when nobody is. Both null where the device asks for them. */
  async setPin(token: TokenName, oldPin: Pin, newPin: Pin): Promise<void> {
    if (oldPin === null || newPin === null) {
      if (oldPin !== newPin) throw new TypeError('the device asks for both PINs or for none');
      await this.#withPin('set-pin', { token }, null);
      return;
    }
    const both = Buffer.concat([oldPin, newPin]);
    try {
      await this.request('set-pin', { token, oldLength: oldPin.length }, { bytes: both });
    } finally {
      both.fill(0);
    }
  }

  async logout(token: TokenName): Promise<void> {
    await this.#ask('logout', { token });
  }

  /** All objects that are visible now: without a login the public ones only. */
  async inventory(token: TokenName): Promise<readonly ObjectFacts[]> {
    return (await this.#ask('inventory', { token })) as readonly ObjectFacts[];
  }

  async generateKeyPair(
    token: TokenName,
    algorithm: KeyAlgorithm,
    publicTemplate: KeyTemplate,
    privateTemplate: KeyTemplate,
  ): Promise<GeneratedKeyPair> {
    const params = { token, algorithm, publicTemplate, privateTemplate };
    return (await this.#ask('generate-key-pair', params)) as GeneratedKeyPair;
  }

  async findKey(token: TokenName, spki: Uint8Array): Promise<FoundKey> {
    return (await this.#ask('find-key', { token, spki: base64(spki) })) as FoundKey;
  }

  /**
   * @param payload what is signed, not its digest
   * @param contextPin for a key that is CKA_ALWAYS_AUTHENTICATE
   * @returns as X.509 wants it: Ecdsa-Sig-Value in DER, or the RSA or Ed25519 signature
   */
  async sign(
    token: TokenName,
    spki: Uint8Array,
    algorithm: SignatureAlgorithm,
    payload: Octets,
    contextPin?: Pin,
  ): Promise<Buffer> {
    return this.#operate('sign', { token, spki: base64(spki), algorithm }, payload, contextPin);
  }

  /**
   * @param payloads at most {@link MOST_IN_ONE_REQUEST}, none of whose keys asks for its PIN at each use
   * @returns as `sign` does, in their order
   */
  async signMany(
    token: TokenName,
    spki: Uint8Array,
    algorithm: SignatureAlgorithm,
    payloads: readonly Uint8Array[],
  ): Promise<Buffer[]> {
    const sizes = payloads.map(({ length }) => length);
    const params = { token, spki: base64(spki), algorithm, sizes };
    const { value, bytes } = await this.request('sign-many', params, { bytes: Buffer.concat(payloads) });
    return cut(bytes, value as readonly number[]);
  }

  /** The raw x-coordinate. The caller zeroes it. */
  async ecdh(token: TokenName, spki: Uint8Array, peer: Uint8Array): Promise<Buffer> {
    return (await this.request('ecdh', { token, spki: base64(spki), peer: base64(peer) })).bytes;
  }

  /** The caller zeroes the plaintext. */
  async rsaOaepDecrypt(
    token: TokenName,
    spki: Uint8Array,
    hash: OaepHash,
    ciphertext: Uint8Array,
    contextPin?: Pin,
  ): Promise<Buffer> {
    return this.#operate('rsa-oaep-decrypt', { token, spki: base64(spki), hash }, ciphertext, contextPin);
  }

  /** CKM_RSA_X_509, the padding still in the result, which is as long as the modulus. The caller zeroes it. */
  async rsaRawDecrypt(token: TokenName, spki: Uint8Array, ciphertext: Uint8Array, contextPin?: Pin): Promise<Buffer> {
    return this.#operate('rsa-raw-decrypt', { token, spki: base64(spki) }, ciphertext, contextPin);
  }

  async destroy(token: TokenName, objectClass: string, label: string, id: string | null): Promise<void> {
    await this.#ask('destroy', { token, class: objectClass, label, id });
  }

  /**
   * A wrapping key that the security officer, who must be logged in, trusts.
   * @param value 32 bytes; the caller zeroes them
   */
  async importWrappingKey(token: TokenName, label: string, id: string, value: Uint8Array): Promise<ObjectFacts> {
    return (await this.request('import-wrapping-key', { token, label, id }, { bytes: value })).value as ObjectFacts;
  }

  /** A wrapping key that lies on the token, whoever is logged in. @throws CeremonyError HSM_OBJECT_MISSING */
  async destroyWrappingKey(token: TokenName, { label, id }: { readonly label: string; readonly id: string }) {
    await this.#ask('destroy-wrapping-key', { token, label, id });
  }

  /** The private half of a key, wrapped by a wrapping key that lies on the token. @returns name of the mechanism too */
  async wrapKey(
    token: TokenName,
    spki: Uint8Array,
    wrapping: { readonly label: string; readonly id: string },
  ): Promise<{ readonly mechanism: string; readonly wrapped: Buffer }> {
    const { value, bytes } = await this.request('wrap-key', { token, spki: base64(spki), wrapping: { ...wrapping } });
    return { mechanism: value as string, wrapped: bytes };
  }

  /** A signature by what is wrapped, unwrapped for it alone: nothing of it stays on the token. */
  async signWithWrapped(
    token: TokenName,
    spki: Uint8Array,
    wrapping: { readonly label: string; readonly id: string },
    algorithm: SignatureAlgorithm,
    wrapped: Uint8Array,
    statement: Uint8Array,
  ): Promise<Buffer> {
    const params = { token, spki: base64(spki), wrapping: { ...wrapping }, algorithm, wrappedLength: wrapped.length };
    return (await this.request('try-wrapped-key', params, { bytes: Buffer.concat([wrapped, statement]) })).bytes;
  }

  /**
   * Makes the key pair of a wrapped private key on the token, the wrapping key in its memory alone.
   * @param kek 32 bytes; the caller zeroes them
   */
  async unwrapKey(
    token: TokenName,
    spki: Uint8Array,
    kek: Uint8Array,
    wrapped: Uint8Array,
    templates: { readonly public: KeyTemplate; readonly private: KeyTemplate },
  ): Promise<GeneratedKeyPair> {
    const both = Buffer.concat([kek, wrapped]);
    try {
      const halves = { publicTemplate: templates.public, privateTemplate: templates.private };
      const params = { token, spki: base64(spki), ...halves };
      return (await this.request('unwrap-key', params, { bytes: both })).value as GeneratedKeyPair;
    } finally {
      both.fill(0);
    }
  }

  /** Logs out everywhere; the process has ended when this resolves. */
  async end(): Promise<Ended> {
    await this.#ask('end', {});
    return this.ended;
  }

  async #operate(method: string, params: JsonObject, operand: Octets, contextPin: Pin | undefined): Promise<Buffer> {
    if (contextPin === undefined) return (await this.request(method, params, { bytes: operand })).bytes;
    if (contextPin === null) {
      const device = { bytes: operand, atPinPad: true };
      return (await this.request(method, { ...params, nullPin: true }, device)).bytes;
    }
    const both = Buffer.concat([wholeOf(operand), contextPin]);
    try {
      return (await this.request(method, { ...params, contextPinLength: contextPin.length }, { bytes: both })).bytes;
    } finally {
      both.fill(0);
    }
  }

  async #withPin(method: string, params: JsonObject, pin: Pin): Promise<Json> {
    const reply =
      pin === null
        ? this.request(method, { ...params, nullPin: true }, { atPinPad: true })
        : this.request(method, params, { bytes: pin });
    return (await reply).value;
  }

  async #ask(method: string, params: JsonObject): Promise<Json> {
    return (await this.request(method, params)).value;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
