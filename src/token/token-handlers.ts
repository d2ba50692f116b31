import type { Handlers, Request } from '../channel/requests.ts';
import { cryptoki } from './cryptoki-errors.ts';
import type { Access } from './handlers.ts';
import { LONGEST_CALL_SECONDS } from './limits.ts';
import {
  demandPinLength,
  parametersBesideBytes,
  parametersOf,
  pinOf,
  readNullPin,
  readSelector,
  readTokenLabel,
  readTokenName,
  splitBytes,
} from './parameters.ts';
import type { Pin } from './pin-functions.ts';
import { initializeToken } from './token-init.ts';

/** CK_TOKEN_INFO has 16 bytes for it, blank or not. */
const ANY_SERIAL = /^[\x20-\x7e]{0,64}$/;

const LONGEST_LOGIN_SECONDS = 24 * 60 * 60;
const LONGEST_RANDOM = 4096;
const LONGEST_PIN = 1024;

/** Requests about tokens and their PINs. */
export function tokenHandlers({ opened, at, announce }: Access): Handlers {
  return {
    tokens(request) {
      parametersOf('tokens', request).end();
      return {
        value: opened()
          .module.tokens()
          .map(({ facts }) => facts),
      };
    },

    /** Those with that serial, which may be none: how a card is known that is not alone with its serial. */
    'tokens-of'(request) {
      const shape = parametersOf('tokens-of', request);
      const serial = shape.text('serial', ANY_SERIAL);
      shape.end();
      return { value: opened().module.tokensOf(serial) };
    },

    readers(request) {
      parametersOf('readers', request).end();
      return { value: opened().module.readers() };
    },

    mechanisms(request) {
      const shape = parametersOf('mechanisms', request);
      const selector = readSelector(shape);
      shape.end();
      const { module, token } = at(selector);
      return { value: module.mechanisms(token) };
    },

    async random(request) {
      const shape = parametersOf('random', request);
      const selector = readSelector(shape);
      const length = shape.integer('length', 1, LONGEST_RANDOM);
      shape.end();
      const { activations, token, where } = at(selector);
      const bytes = await activations.reading(token, (session) =>
        cryptoki('C_GenerateRandom', where, () => session.generateRandom(length)),
      );
      return { bytes };
    },

    async 'init-token'(request) {
      const shape = parametersBesideBytes('init-token', request);
      const selector = readSelector(shape);
      const label = readTokenLabel(shape);
      const wipes = shape.has('wipes') ? shape.text('wipes') : null;
      const pin = pinOf('init-token', request.bytes, readNullPin(shape));
      shape.end();
      const { module, activations, token } = at(selector);
      demandPinLength(pin, token.facts);
      const asked = { label, wipes, pin, mayRestart: activations.isEmpty };
      const facts = await initializeToken(module, token, asked, () => announce('C_InitToken'));
      return { value: { serial: facts.serial, label: facts.label, model: facts.model } };
    },

    async login(request) {
      const shape = parametersBesideBytes('login', request);
      const name = readTokenName(shape);
      const user = shape.literal('user', 'user', 'so');
      const seconds = shape.has('seconds') ? shape.integer('seconds', 1, LONGEST_LOGIN_SECONDS) : LONGEST_CALL_SECONDS;
      const pin = pinOf('login', request.bytes, readNullPin(shape));
      shape.end();
      const { activations, token } = at(name);
      demandPinLength(pin, token.facts);
      await activations.login({ token, name }, user, pin, seconds);
      return {};
    },

    async 'init-pin'(request) {
      const shape = parametersBesideBytes('init-pin', request);
      const selector = readTokenName(shape);
      const pin = pinOf('init-pin', request.bytes, readNullPin(shape));
      shape.end();
      const { module, activations, token, where } = at(selector);
      demandPinLength(pin, token.facts);
      await activations.active(token, 'so', async (session) => {
        await announce('C_InitPIN');
        module.pins.initPin(session.handle, pin, where);
      });
      return {};
    },

    async 'set-pin'(request) {
      const shape = parametersBesideBytes('set-pin', request);
      const selector = readTokenName(shape);
      const [oldPin, newPin] = readOldAndNew(request, readNullPin(shape), () =>
        shape.integer('oldLength', 1, LONGEST_PIN),
      );
      shape.end();
      const { module, activations, token, where } = at(selector);
      demandPinLength(oldPin, token.facts);
      demandPinLength(newPin, token.facts);
      await activations.writing(token, async (session) => {
        await announce('C_SetPIN');
        module.pins.setPin(session.handle, oldPin, newPin, where);
      });
      return {};
    },

    logout(request) {
      const shape = parametersOf('logout', request);
      const name = readTokenName(shape);
      shape.end();
      opened().activations.logout(name);
      return {};
    },
  };
}

function readOldAndNew(request: Request, nullPin: boolean, oldLength: () => number): readonly [Pin, Pin] {
  if (!nullPin) return splitBytes('set-pin', request.bytes, oldLength());
  pinOf('set-pin', request.bytes, true);
  return [null, null];
}
