import type { Json } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Handlers, Request } from '../channel/requests.ts';
import { Activations } from './activations.ts';
import { cryptoki } from './cryptoki-errors.ts';
import { describeKey, generateKeyPair, KEY_ALGORITHMS } from './key-pairs.ts';
import {
  decryptOaep,
  deriveSharedSecret,
  type KeyUse,
  OAEP_HASHES,
  SIGNATURE_ALGORITHMS,
  signPayload,
} from './key-use.ts';
import { destroyObject, listObjects } from './objects.ts';
import {
  demandPinLength,
  parametersBesideBytes,
  parametersOf,
  pinOf,
  readNullPin,
  readOperand,
  readSelector,
  readSerial,
  readSpki,
  readTokenLabel,
  splitBytes,
} from './parameters.ts';
import type { Pin } from './pin-functions.ts';
import { Pkcs11Module } from './pkcs11-module.ts';
import type { PublicKey } from './public-key.ts';
import type { TokenSelector } from './replies.ts';
import { readTemplate } from './template.ts';
import { initializeToken } from './token-init.ts';

/** What the process does around the requests. */
export interface Surroundings {
  /** The module is loaded: what only loading needed can be given up. */
  readonly loaded: () => void;
  /** The time limit of a login has run out. */
  readonly expired: () => void;
  /** The peer asked for the end; the reply to it is still to be written. */
  readonly ending: () => void;
}

export interface TokenRequests {
  readonly handlers: Handlers;
  /** Logs out everywhere and finalises the module, as far as it still can. */
  readonly shutDown: () => void;
}

const LONGEST_LOGIN_SECONDS = 24 * 60 * 60;
const LONGEST_RANDOM = 4096;
const LONGEST_PIN = 1024;

/**
 * The requests of the token process. Every parameter is read and checked, and surplus ones are refused, before
 * anything reaches the module: a value of a wrong type would abort the process inside the addon.
 */
export function tokenRequests(surroundings: Surroundings): TokenRequests {
  let wasAsked = false;
  let opened: { readonly module: Pkcs11Module; readonly activations: Activations } | undefined;

  function parts() {
    if (!opened) throw new CeremonyError('PKCS11_ARGUMENT', 'no PKCS#11 module is open');
    return opened;
  }

  /** The module, its logins, and the one token that is meant: of a login without looking again, else among all slots. */
  function at(selector: TokenSelector) {
    const { module, activations } = parts();
    const token = ('serial' in selector && activations.tokenOf(selector.serial)) || module.find(selector);
    return { module, activations, token, where: token.facts.serial };
  }

  function shutDown(): void {
    if (!opened) return;
    const { module, activations } = opened;
    opened = undefined;
    activations.logoutAll();
    try {
      module.finalize();
    } catch {
      // The process ends now, and the module with it: there is nobody left to tell.
    }
  }

  function using<T>(
    serial: { readonly serial: string },
    key: PublicKey,
    contextPin: Pin | undefined,
    use: (use: KeyUse) => T,
  ): T {
    const { module, activations, token, where } = at(serial);
    if (contextPin !== undefined) demandPinLength(contextPin, token.facts);
    const supports = (mechanism: number) => module.supports(token, mechanism);
    return activations.operating(token, (session) =>
      use({ session, key, where, supports, pins: module.pins, contextPin }),
    );
  }

  const handlers: Handlers = {
    open(request) {
      const shape = parametersOf('open', request);
      const library = shape.text('library');
      shape.end();
      if (wasAsked) throw new CeremonyError('PKCS11_ARGUMENT', 'a module was opened before; a process has one module');
      wasAsked = true;
      const module = new Pkcs11Module(library);
      opened = { module, activations: new Activations(module.pins, surroundings.expired) };
      surroundings.loaded();
      return { value: module.facts };
    },

    tokens(request) {
      parametersOf('tokens', request).end();
      return {
        value: parts()
          .module.tokens()
          .map(({ facts }) => facts),
      };
    },

    mechanisms(request) {
      const shape = parametersOf('mechanisms', request);
      const selector = readSelector(shape);
      shape.end();
      const { module, token } = at(selector);
      return { value: module.mechanisms(token) };
    },

    random(request) {
      const shape = parametersOf('random', request);
      const selector = readSelector(shape);
      const length = shape.integer('length', 1, LONGEST_RANDOM);
      shape.end();
      const { activations, token, where } = at(selector);
      const bytes = activations.reading(token, (session) =>
        cryptoki('C_GenerateRandom', where, () => session.generateRandom(length)),
      );
      return { bytes };
    },

    'init-token'(request) {
      const shape = parametersBesideBytes('init-token', request);
      const selector = readSelector(shape);
      const label = readTokenLabel(shape);
      const wipes = shape.has('wipes') ? shape.text('wipes') : null;
      const pin = pinOf('init-token', request.bytes, readNullPin(shape));
      shape.end();
      const { module, activations, token } = at(selector);
      demandPinLength(pin, token.facts);
      const facts = initializeToken(module, token, label, wipes, pin, activations.isEmpty);
      return { value: { serial: facts.serial, label: facts.label, model: facts.model } };
    },

    login(request) {
      const shape = parametersBesideBytes('login', request);
      const selector = readSerial(shape);
      const user = shape.literal('user', 'user', 'so');
      const seconds = shape.has('seconds')
        ? shape.integer('seconds', 1, LONGEST_LOGIN_SECONDS)
        : Number.POSITIVE_INFINITY;
      const pin = pinOf('login', request.bytes, readNullPin(shape));
      shape.end();
      const { activations, token } = at(selector);
      demandPinLength(pin, token.facts);
      activations.login(token, user, pin, seconds);
      return {};
    },

    'init-pin'(request) {
      const shape = parametersBesideBytes('init-pin', request);
      const selector = readSerial(shape);
      const pin = pinOf('init-pin', request.bytes, readNullPin(shape));
      shape.end();
      const { module, activations, token, where } = at(selector);
      demandPinLength(pin, token.facts);
      activations.active(token, 'so', (session) => module.pins.initPin(session.handle, pin, where));
      return {};
    },

    'set-pin'(request) {
      const shape = parametersBesideBytes('set-pin', request);
      const selector = readSerial(shape);
      const [oldPin, newPin] = readOldAndNew(request, readNullPin(shape), () =>
        shape.integer('oldLength', 1, LONGEST_PIN),
      );
      shape.end();
      const { module, activations, token, where } = at(selector);
      demandPinLength(oldPin, token.facts);
      demandPinLength(newPin, token.facts);
      activations.writing(token, (session) => module.pins.setPin(session.handle, oldPin, newPin, where));
      return {};
    },

    logout(request) {
      const shape = parametersOf('logout', request);
      const { serial } = readSerial(shape);
      shape.end();
      parts().activations.logout(serial);
      return {};
    },

    inventory(request) {
      const shape = parametersOf('inventory', request);
      const selector = readSerial(shape);
      shape.end();
      const { activations, token, where } = at(selector);
      return { value: activations.reading(token, (session) => listObjects(session, where)) };
    },

    'generate-key-pair'(request) {
      const shape = parametersOf('generate-key-pair', request);
      const selector = readSerial(shape);
      const algorithm = shape.literal('algorithm', ...KEY_ALGORITHMS);
      const publicHalf = readTemplate(shape.any('publicTemplate'), 'public');
      const privateHalf = readTemplate(shape.any('privateTemplate'), 'private');
      shape.end();
      const { activations, token, where } = at(selector);
      return {
        value: activations.active(token, 'user', (session) =>
          generateKeyPair(session, algorithm, publicHalf, privateHalf, where),
        ),
      };
    },

    'find-key'(request) {
      const shape = parametersOf('find-key', request);
      const selector = readSerial(shape);
      const key = readSpki(shape, 'spki');
      shape.end();
      return { value: using(selector, key, undefined, ({ session, where }) => describeKey(session, key, where)) };
    },

    sign(request) {
      const shape = parametersBesideBytes('sign', request);
      const selector = readSerial(shape);
      const key = readSpki(shape, 'spki');
      const algorithm = shape.literal('algorithm', ...SIGNATURE_ALGORITHMS);
      const { operand, contextPin } = readOperand('sign', shape, request);
      shape.end();
      return { bytes: using(selector, key, contextPin, (use) => signPayload(use, algorithm, operand)) };
    },

    ecdh(request) {
      const shape = parametersOf('ecdh', request);
      const selector = readSerial(shape);
      const key = readSpki(shape, 'spki');
      const peer = readSpki(shape, 'peer');
      shape.end();
      return { bytes: using(selector, key, undefined, (use) => deriveSharedSecret(use, peer)), secret: true };
    },

    'rsa-oaep-decrypt'(request) {
      const shape = parametersBesideBytes('rsa-oaep-decrypt', request);
      const selector = readSerial(shape);
      const key = readSpki(shape, 'spki');
      const hash = shape.literal('hash', ...OAEP_HASHES);
      const { operand, contextPin } = readOperand('rsa-oaep-decrypt', shape, request);
      shape.end();
      return { bytes: using(selector, key, contextPin, (use) => decryptOaep(use, hash, operand)), secret: true };
    },

    destroy(request) {
      const shape = parametersOf('destroy', request);
      const selector = readSerial(shape);
      const name = shape.text('class');
      const label = shape.text('label');
      const id = readObjectId(shape.any('id'));
      shape.end();
      const { activations, token, where } = at(selector);
      activations.active(token, 'user', (session) => destroyObject(session, name, label, id, where));
      return {};
    },

    end(request) {
      parametersOf('end', request).end();
      shutDown();
      surroundings.ending();
      return {};
    },
  };
  return { handlers, shutDown };
}

function readOldAndNew(request: Request, nullPin: boolean, oldLength: () => number): readonly [Pin, Pin] {
  if (!nullPin) return splitBytes('set-pin', request.bytes, oldLength());
  pinOf('set-pin', request.bytes, true);
  return [null, null];
}

function readObjectId(value: Json): Buffer | null {
  if (value === null) return null;
  if (typeof value === 'string' && /^([0-9a-f]{2}){1,64}$/.test(value)) return Buffer.from(value, 'hex');
  throw new CeremonyError('PKCS11_ARGUMENT', `"id" is ${JSON.stringify(value)}, expected lower-case hex or null`);
}
