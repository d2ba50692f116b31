import type { Json } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Handlers } from '../channel/requests.ts';
import type { Access } from './handlers.ts';
import { describeKey, generateKeyPair, KEY_ALGORITHMS } from './key-pairs.ts';
import {
  decryptOaep,
  decryptRaw,
  deriveSharedSecret,
  type KeyUse,
  OAEP_HASHES,
  SIGNATURE_ALGORITHMS,
  signPayload,
  signPayloads,
} from './key-use.ts';
import { destroyObject, listObjects } from './objects.ts';
import {
  demandPinLength,
  parametersBesideBytes,
  parametersOf,
  readOperand,
  readPayloads,
  readSpki,
  readTokenName,
} from './parameters.ts';
import type { Pin } from './pin-functions.ts';
import type { PublicKey } from './public-key.ts';
import type { TokenName } from './replies.ts';
import { readTemplate } from './template.ts';
import { inWordsOfVendor } from './vendor-values.ts';

/** Requests about the objects on a token, and about what its private keys do. */
export function objectHandlers({ at, announce }: Access): Handlers {
  /** Works with the private half of `key`, in a session of its own. */
  async function using<T>(
    name: TokenName,
    key: PublicKey,
    contextPin: Pin | undefined,
    work: (use: KeyUse) => T | Promise<T>,
  ): Promise<T> {
    const { module, activations, token, where } = at(name);
    if (contextPin !== undefined) demandPinLength(contextPin, token.facts);
    const supports = (mechanism: number) => module.supports(token, mechanism);
    return await activations.operating(token, (session) =>
      work({ session, key, where, supports, pins: module.pins, contextPin, announce }),
    );
  }

  return {
    async inventory(request) {
      const shape = parametersOf('inventory', request);
      const selector = readTokenName(shape);
      shape.end();
      const { activations, token, where } = at(selector);
      return { value: await activations.reading(token, (session) => listObjects(session, where)) };
    },

    async 'generate-key-pair'(request) {
      const shape = parametersOf('generate-key-pair', request);
      const selector = readTokenName(shape);
      const algorithm = shape.literal('algorithm', ...KEY_ALGORITHMS);
      const publicHalf = readTemplate(shape.any('publicTemplate'), 'public');
      const privateHalf = readTemplate(shape.any('privateTemplate'), 'private');
      shape.end();
      const { activations, token, where } = at(selector);
      const pair = { algorithm, publicHalf, privateHalf };
      return {
        value: await activations.active(token, 'user', (session) =>
          inWordsOfVendor(token.facts.manufacturer, () =>
            generateKeyPair(session, pair, where, () => announce('C_GenerateKeyPair')),
          ),
        ),
      };
    },

    async 'find-key'(request) {
      const shape = parametersOf('find-key', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      shape.end();
      return { value: await using(selector, key, undefined, ({ session, where }) => describeKey(session, key, where)) };
    },

    async sign(request) {
      const shape = parametersBesideBytes('sign', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const algorithm = shape.literal('algorithm', ...SIGNATURE_ALGORITHMS);
      const { operand, contextPin } = readOperand('sign', shape, request);
      shape.end();
      return { bytes: await using(selector, key, contextPin, (use) => signPayload(use, algorithm, operand)) };
    },

    async 'sign-many'(request) {
      const shape = parametersBesideBytes('sign-many', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const algorithm = shape.literal('algorithm', ...SIGNATURE_ALGORITHMS);
      const payloads = readPayloads('sign-many', shape, request);
      shape.end();
      const signatures = await using(selector, key, undefined, (use) => signPayloads(use, algorithm, payloads));
      return { value: signatures.map(({ length }) => length), bytes: Buffer.concat(signatures) };
    },

    async ecdh(request) {
      const shape = parametersOf('ecdh', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const peer = readSpki(shape, 'peer');
      shape.end();
      return { bytes: await using(selector, key, undefined, (use) => deriveSharedSecret(use, peer)), secret: true };
    },

    async 'rsa-oaep-decrypt'(request) {
      const shape = parametersBesideBytes('rsa-oaep-decrypt', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const hash = shape.literal('hash', ...OAEP_HASHES);
      const { operand, contextPin } = readOperand('rsa-oaep-decrypt', shape, request);
      shape.end();
      return { bytes: await using(selector, key, contextPin, (use) => decryptOaep(use, hash, operand)), secret: true };
    },

    async 'rsa-raw-decrypt'(request) {
      const shape = parametersBesideBytes('rsa-raw-decrypt', request);
      const selector = readTokenName(shape);
      const key = readSpki(shape, 'spki');
      const { operand, contextPin } = readOperand('rsa-raw-decrypt', shape, request);
      shape.end();
      return { bytes: await using(selector, key, contextPin, (use) => decryptRaw(use, operand)), secret: true };
    },

    async destroy(request) {
      const shape = parametersOf('destroy', request);
      const selector = readTokenName(shape);
      const name = shape.text('class');
      const label = shape.text('label');
      const id = readObjectId(shape.any('id'));
      shape.end();
      const { activations, token, where } = at(selector);
      await activations.active(token, 'user', (session) =>
        destroyObject(session, { class: name, label, id }, where, () => announce('C_DestroyObject')),
      );
      return {};
    },
  };
}

function readObjectId(value: Json): Buffer | null {
  if (value === null) return null;
  if (typeof value === 'string' && /^([0-9a-f]{2}){1,64}$/.test(value)) return Buffer.from(value, 'hex');
  throw new CeremonyError('PKCS11_ARGUMENT', `"id" is ${JSON.stringify(value)}, expected lower-case hex or null`);
}
