import { CeremonyError } from '../base/errors.ts';
import type { Handlers, Request } from '../channel/requests.ts';
import type { Shape } from '../quorum/shape.ts';
import type { Access, Place } from './handlers.ts';
import { SIGNATURE_ALGORITHMS } from './key-use.ts';
import {
  demandWrapped,
  importTrustedKey,
  signWithWrapped,
  unwrapKeyPair,
  WRAPPING_KEY_BYTES,
  type WrappingKeyName,
  wrapPrivateKey,
} from './key-wrap.ts';
import { destroyObject } from './objects.ts';
import { parametersBesideBytes, parametersOf, readSpki, readTokenName, splitBytes } from './parameters.ts';
import { readTemplate } from './template.ts';

/** Requests about keys that leave a token wrapped, and come to another. */
export function wrapHandlers({ at, announce }: Access): Handlers {
  const use = ({ module, token, where }: Place) => ({
    where,
    announce,
    supports: (mechanism: number) => module.supports(token, mechanism),
  });

  return {
    async 'import-wrapping-key'(request) {
      const shape = parametersBesideBytes('import-wrapping-key', request);
      const selector = readTokenName(shape);
      const name = readName(shape);
      shape.end();
      const value = wrappingKeyIn('import-wrapping-key', request.bytes);
      const place = at(selector);
      return {
        value: await place.activations.active(place.token, 'so', (session) =>
          importTrustedKey({ session, ...use(place) }, name, value),
        ),
      };
    },

    async 'destroy-wrapping-key'(request) {
      const shape = parametersOf('destroy-wrapping-key', request);
      const selector = readTokenName(shape);
      const { label, id } = readName(shape);
      shape.end();
      const place = at(selector);
      const { where, announce } = use(place);
      // It is no private object, so that it goes whoever is logged in, and where nobody could log in any more.
      await place.activations.writing(place.token, (session) =>
        destroyObject(session, { class: 'secret-key', label, id }, where, () => announce('C_DestroyObject')),
      );
      return {};
    },

    async 'wrap-key'(request) {
      const shape = parametersOf('wrap-key', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const wrapping = readWrapping(shape);
      shape.end();
      const place = at(selector);
      const { mechanism, wrapped } = await place.activations.operating(place.token, (session) =>
        wrapPrivateKey({ session, ...use(place) }, key, wrapping),
      );
      return { value: mechanism, bytes: wrapped };
    },

    async 'try-wrapped-key'(request) {
      const shape = parametersBesideBytes('try-wrapped-key', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const wrapping = readWrapping(shape);
      const algorithm = shape.literal('algorithm', ...SIGNATURE_ALGORITHMS);
      const length = shape.integer('wrappedLength', 1, 2 ** 16);
      shape.end();
      const [wrapped, statement] = splitBytes('try-wrapped-key', request.bytes, length);
      demandWrapped('try-wrapped-key', wrapped);
      const place = at(selector);
      const { module } = place;
      return {
        bytes: await place.activations.operating(place.token, (session) => {
          const keyUse = { session, key, pins: module.pins, contextPin: undefined, ...use(place) };
          return signWithWrapped(keyUse, wrapping, algorithm, wrapped, statement);
        }),
      };
    },

    async 'unwrap-key'(request) {
      const shape = parametersBesideBytes('unwrap-key', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const publicHalf = readTemplate(shape.any('publicTemplate'), 'public');
      const privateHalf = readTemplate(shape.any('privateTemplate'), 'private');
      shape.end();
      const [kek, wrapped] = splitBytes('unwrap-key', request.bytes, WRAPPING_KEY_BYTES);
      demandWrapped('unwrap-key', wrapped);
      const place = at(selector);
      return {
        value: await place.activations.active(place.token, 'user', (session) =>
          unwrapKeyPair({ session, ...use(place) }, { key, publicHalf, privateHalf, wrapped }, kek),
        ),
      };
    },
  };
}

function readName(shape: Shape): WrappingKeyName {
  const label = shape.text('label', /^[\x20-\x7e]{1,64}$/);
  const id = Buffer.from(shape.text('id', /^([0-9a-f]{2}){1,64}$/), 'hex');
  return { label, id };
}

function readWrapping(shape: Shape): WrappingKeyName {
  const wrapping = shape.object('wrapping');
  const name = readName(wrapping);
  wrapping.end();
  return name;
}

function wrappingKeyIn(method: string, bytes: Request['bytes']): Buffer {
  if (bytes.length === WRAPPING_KEY_BYTES) return bytes;
  throw new CeremonyError(
    'PKCS11_ARGUMENT',
    `the request "${method}" has ${bytes.length} bytes, expected the ${WRAPPING_KEY_BYTES} of a wrapping key`,
  );
}
