import { CeremonyError } from '../base/errors.ts';
import type { Handlers } from '../channel/requests.ts';
import { Activations } from './activations.ts';
import type { Announce } from './announced.ts';
import { objectHandlers } from './object-handlers.ts';
import { parametersOf } from './parameters.ts';
import { nameOf, Pkcs11Module, type Token } from './pkcs11-module.ts';
import type { TokenSelector } from './replies.ts';
import { tokenHandlers } from './token-handlers.ts';
import { wrapHandlers } from './wrap-handlers.ts';

/** What the process does around the requests. */
export interface Surroundings {
  /** The module is loaded: what only loading needed can be given up. */
  readonly loaded: () => void;
  /** The time limit of a login has run out. */
  readonly expired: () => void;
  readonly announce: Announce;
  /** The peer asked for the end; the reply to it is still to be written. */
  readonly ending: () => void;
}

/** The open module and its logins. */
export interface Opened {
  readonly module: Pkcs11Module;
  readonly activations: Activations;
}

/** A token that was asked for, and `where`: its name in messages. */
export interface Place extends Opened {
  readonly token: Token;
  readonly where: string;
}

/** How a handler gets at what is open. @throws CeremonyError PKCS11_ARGUMENT when nothing is, TOKEN_MISSING */
export interface Access {
  readonly opened: () => Opened;
  readonly at: (selector: TokenSelector) => Place;
  readonly announce: Announce;
}

export interface TokenRequests {
  readonly handlers: Handlers;
  /** Logs out everywhere and finalises the module, as far as it still can. */
  readonly shutDown: () => void;
}

/**
 * The requests of the token process. Every parameter is read and checked, and surplus ones are refused, before
 * anything reaches the module: a value of a wrong type would abort the process inside the addon.
 */
export function tokenRequests(surroundings: Surroundings): TokenRequests {
  let wasAsked = false;
  let current: Opened | undefined;

  const access: Access = {
    announce: surroundings.announce,
    opened() {
      if (!current) throw new CeremonyError('PKCS11_ARGUMENT', 'no PKCS#11 module is open');
      return current;
    },
    at(selector) {
      const { module, activations } = access.opened();
      // While it is logged in, a token is where its login found it.
      const token = ('blank' in selector ? undefined : activations.tokenOf(selector)) ?? module.find(selector);
      return { module, activations, token, where: nameOf(token) };
    },
  };

  function shutDown(): void {
    if (!current) return;
    const { module, activations } = current;
    current = undefined;
    activations.logoutAll();
    try {
      module.finalize();
    } catch {
      // The process ends now, and the module with it: there is nobody left to tell.
    }
  }

  const handlers: Handlers = {
    open(request) {
      const shape = parametersOf('open', request);
      const library = shape.text('library');
      const initArgs = shape.has('initArgs') ? shape.text('initArgs', /^[\x20-\x7e]{1,1024}$/) : null;
      shape.end();
      if (wasAsked) throw new CeremonyError('PKCS11_ARGUMENT', 'a module was opened before; a process has one module');
      wasAsked = true;
      const module = new Pkcs11Module(library, initArgs);
      current = { module, activations: new Activations(module.pins, surroundings.expired, surroundings.announce) };
      surroundings.loaded();
      return { value: module.facts };
    },

    ...tokenHandlers(access),
    ...objectHandlers(access),
    ...wrapHandlers(access),

    end(request) {
      parametersOf('end', request).end();
      shutDown();
      surroundings.ending();
      return {};
    },
  };
  return { handlers, shutDown };
}
