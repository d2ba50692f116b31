import { isAbsolute } from 'node:path';
import { Module, type Slot, SlotFlag, TokenFlag } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import { cryptoki, returnValueBehind } from './cryptoki-errors.ts';
import { mechanismName } from './cryptoki-names.ts';
import { bindPinFunctions, type PinFunctions } from './pin-functions.ts';
import type { MechanismFacts, ModuleFacts, ReaderFacts, TokenFacts, TokenSelector } from './replies.ts';

/** A token where it was found. Without a login it is looked for at each request: slots change, cards are pulled. */
export interface Token {
  readonly slot: Slot;
  readonly facts: TokenFacts;
}

/** What a slot answers in which no token of this module is any more. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_DEVICE_REMOVED',
  'CKR_SLOT_ID_INVALID',
]);

/** How messages call a token: by its serial, or as the blank one of its model. */
export function nameOf({ facts }: Token): string {
  return facts.initialized ? facts.serial : `blank ${facts.model}`;
}

/** One loaded and initialised PKCS#11 module. */
export class Pkcs11Module {
  readonly facts: ModuleFacts;
  readonly pins: PinFunctions;
  readonly #module: Module;
  readonly #initArgs: string | null;

  /**
   * @param library absolute path, so that no search path decides what is loaded
   * @param initArgs printable ASCII, for a module that wants a string in the LibraryParameters of its C_Initialize arguments
   *   (NSS: lib/softoken, "CK_C_INITIALIZE_ARGS"), or null
   * @throws CeremonyError PKCS11_ARGUMENT, PKCS11_ERROR
   */
  constructor(library: string, initArgs: string | null = null) {
    this.#initArgs = initArgs;
    if (!isAbsolute(library) || library.includes('\0')) {
      throw new CeremonyError('PKCS11_ARGUMENT', `library ${JSON.stringify(library)} is not an absolute path`);
    }
    try {
      this.#module = Module.load(library);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CeremonyError('PKCS11_ERROR', `library "${library}" cannot be loaded: ${reason}`, {
        cause,
        details: { call: 'dlopen' },
      });
    }
    this.pins = bindPinFunctions(library);
    this.#initialize();
    this.facts = {
      cryptokiVersion: version(this.#module.cryptokiVersion),
      manufacturer: this.#module.manufacturerID,
      description: this.#module.libraryDescription,
      libraryVersion: version(this.#module.libraryVersion),
    };
  }

  /** Every slot, with or without a token. */
  readers(): ReaderFacts[] {
    return cryptoki('C_GetSlotList', null, () => [...this.#module.getSlots(false)]).map((slot) => ({
      description: slot.slotDescription,
      tokenPresent: (slot.flags & SlotFlag.TOKEN_PRESENT) !== 0,
    }));
  }

  /** Every slot with a token that the module recognises, in the module's order. */
  tokens(): Token[] {
    const slots = cryptoki('C_GetSlotList', null, () => this.#module.getSlots(true));
    const tokens: Token[] = [];
    for (let index = 0; index < slots.length; index++) {
      try {
        const slot = cryptoki('C_GetSlotInfo', null, () => slots.items(index));
        tokens.push({ slot, facts: tokenFacts(slot) });
      } catch (error) {
        // Pulled between two calls, or a card of another kind in the same reader: not a token of this module.
        if (!NOT_THERE.has(returnValueBehind(error) ?? '')) throw error;
      }
    }
    return tokens;
  }

  /** @throws CeremonyError TOKEN_MISSING unless exactly one token is meant */
  find(selector: TokenSelector): Token {
    const matches = this.tokens().filter(({ facts }) =>
      'serial' in selector
        ? facts.initialized && facts.serial === selector.serial
        : !facts.initialized && facts.model === selector.model,
    );
    const [token] = matches;
    if (token === undefined || matches.length > 1) {
      const meant =
        'serial' in selector ? `with serial "${selector.serial}"` : `that are blank and of model "${selector.model}"`;
      throw new CeremonyError('TOKEN_MISSING', `${matches.length} tokens ${meant} are present, exactly 1 was expected`);
    }
    return token;
  }

  mechanisms(token: Token): MechanismFacts[] {
    const { lib, handle } = token.slot;
    const where = nameOf(token);
    const numbers = cryptoki('C_GetMechanismList', where, () => lib.C_GetMechanismList(handle));
    return numbers.map((mechanism) => {
      const info = cryptoki('C_GetMechanismInfo', where, () => lib.C_GetMechanismInfo(handle, mechanism));
      return {
        mechanism,
        name: mechanismName(mechanism),
        minKeySize: info.minKeySize,
        maxKeySize: info.maxKeySize,
        flags: info.flags,
      };
    });
  }

  supports(token: Token, mechanism: number): boolean {
    const { lib, handle } = token.slot;
    return cryptoki('C_GetMechanismList', nameOf(token), () => lib.C_GetMechanismList(handle)).includes(mechanism);
  }

  /** C_Finalize and C_Initialize: some modules look at their tokens anew only then. All sessions are lost. */
  restart(): void {
    this.finalize();
    this.#initialize();
  }

  /** pkcs11js makes the longer structure of NSS where there are such parameters, and none of any kind where there are not. */
  #initialize(): void {
    const libraryParameters = this.#initArgs;
    cryptoki('C_Initialize', null, () =>
      this.#module.initialize(libraryParameters === null ? undefined : { libraryParameters }),
    );
  }

  finalize(): void {
    cryptoki('C_Finalize', null, () => this.#module.finalize());
  }
}

function tokenFacts(slot: Slot): TokenFacts {
  const token = cryptoki('C_GetTokenInfo', null, () => slot.getToken());
  const has = (flag: TokenFlag) => (token.flags & flag) !== 0;
  return {
    slot: Number(slot.handle.readBigUInt64LE()),
    slotDescription: slot.slotDescription,
    label: token.label,
    serial: token.serialNumber,
    model: token.model,
    manufacturer: token.manufacturerID,
    hardwareVersion: version(token.hardwareVersion),
    firmwareVersion: version(token.firmwareVersion),
    initialized: has(TokenFlag.TOKEN_INITIALIZED),
    userPinInitialized: has(TokenFlag.USER_PIN_INITIALIZED),
    loginRequired: has(TokenFlag.LOGIN_REQUIRED),
    protectedAuthenticationPath: has(TokenFlag.PROTECTED_AUTHENTICATION_PATH),
    userPinCountLow: has(TokenFlag.USER_PIN_COUNT_LOW),
    userPinFinalTry: has(TokenFlag.USER_PIN_FINAL_TRY),
    userPinLocked: has(TokenFlag.USER_PIN_LOCKED),
    soPinCountLow: has(TokenFlag.SO_PIN_COUNT_LOW),
    soPinFinalTry: has(TokenFlag.SO_PIN_FINAL_TRY),
    soPinLocked: has(TokenFlag.SO_PIN_LOCKED),
    minPinLength: token.minPinLen,
    maxPinLength: token.maxPinLen,
    writeProtected: has(TokenFlag.WRITE_PROTECTED),
    errorState: has(TokenFlag.ERROR_STATE),
  };
}

function version({ major, minor }: { readonly major: number; readonly minor: number }): string {
  return `${major}.${minor}`;
}
