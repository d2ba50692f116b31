import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Handlers, Request } from '../channel/requests.ts';
import { Shape } from '../quorum/shape.ts';
import { Activations } from './activations.ts';
import { describeKey, generateKeyPair, KEY_ALGORITHMS } from './key-pairs.ts';
import { decryptOaep, deriveSharedSecret, type KeyUse, OAEP_HASHES, SIGNATURE_ALGORITHMS, signPayload } from './key-use.ts';
import { destroyObject, listObjects } from './objects.ts';
import type { Pin } from './pin-functions.ts';
import { Pkcs11Module, type Token } from './pkcs11-module.ts';
import { type PublicKey, parseSpki } from './public-key.ts';
import type { TokenSelector } from './replies.ts';
import { readTemplate } from './template.ts';
import { initializeToken } from './token-init.ts';

/** What the process does around the requests. */
export interface Surroundings {
  /** After the module is loaded: gives up the permissions that loading needed. */
  readonly loaded: () => void;
  /** The time limit of a login has run out. */
  readonly expired: () => void;
  /** The peer asked for the end; the reply is still to be written. */
  readonly ending: () => void;
}

export interface TokenRequests {
  readonly handlers: Handlers;
  /** Logs out everywhere and finalises the module, as far as it still can. */
  readonly shutDown: () => void;
}

const MAX_SECONDS = 24 * 60 * 60;
const MAX_RANDOM = 4096;

/**
 * The requests of the token process. Every parameter is read and checked here, and surplus ones are refused, before
 * anything reaches the module: a value of a wrong type would abort the process in the addon.
 */
export function tokenRequests(surroundings: Surroundings): TokenRequests {
  let asked = false;
  let opened: { readonly module: Pkcs11Module; readonly activations: Activations } | undefined;

  function parts() {
    if (!opened) throw new CeremonyError('PKCS11_ARGUMENT', 'no PKCS#11 module is open');
    return opened;
  }

  function shutDown(): void {
    if (!opened) return;
    const { module, activations } = opened;
    opened = undefined;
    activations.logoutAll();
    try {
      module.finalize();
    } catch {
      // The process ends now; there is nobody left to tell, and nothing left to do about it.
    }
  }

  /** Runs `use` with the private key that `params` name, in a session of its own. */
  function withKey<T>(token: Token, key: PublicKey, contextPin: Pin | undefined, use: (use: KeyUse) => T): T {
    const { module, activations } = parts();
    return activations.operating(token, (session) =>
      use({
        session,
        key,
        where: token.facts.serial,
        supports: (mechanism) => module.supports(token, mechanism),
        pins: module.pins,
        contextPin,
      }),
    );
  }

  const handlers: Handlers = {
    open({ params }) {
      const shape = parameters('open', params);
      const library = shape.text('library');
      shape.end();
      if (asked) throw new CeremonyError('PKCS11_ARGUMENT', 'a module was opened already; one process has one module');
      asked = true;
      const module = new Pkcs11Module(library);
      opened = { module, activations: new Activations(module.pins, surroundings.expired) };
      surroundings.loaded();
      return { value: module.facts };
    },

    tokens({ params }) {
      parameters('tokens', params).end();
      return { value: parts().module.tokens().map(({ facts }) => facts) };
    },

    mechanisms({ params }) {
      const shape = parameters('mechanisms', params);
      const selector = readSelector(shape);
      shape.end();
      const { module } = parts();
      return { value: module.mechanisms(module.find(selector)) };
    },

    random({ params }) {
      const shape = parameters('random', params);
      const selector = readSelector(shape);
      const length = shape.integer('length', 1, MAX_RANDOM);
      shape.end();
      const { module, activations } = parts();
      const token = module.find(selector);
      return { bytes: activations.reading(token, (session) => generateRandom(session, length, token.facts.serial)) };
    },
  };
  return { handlers, shutDown };
}
