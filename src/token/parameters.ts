import { CeremonyError } from '../base/errors.ts';
import type { Request } from '../channel/requests.ts';
import { Shape } from '../quorum/shape.ts';
import { cut } from './cut.ts';
import { MOST_IN_ONE_REQUEST } from './limits.ts';
import type { Pin } from './pin-functions.ts';
import { type PublicKey, parseSpki } from './public-key.ts';
import type { TokenFacts, TokenName, TokenSelector } from './replies.ts';

/** The parameters of a request that has no byte part. @throws CeremonyError PKCS11_ARGUMENT */
export function parametersOf(method: string, request: Request): Shape {
  if (request.bytes.length > 0) refuse(method, `has ${request.bytes.length} bytes, expected none`);
  return parametersBesideBytes(method, request);
}

export function parametersBesideBytes(method: string, request: Request): Shape {
  return new Shape(request.params, 'PKCS11_ARGUMENT', `the request "${method}"`);
}

const SERIAL = /^[^\0]{1,64}$/u;

/** @throws CeremonyError PKCS11_ARGUMENT */
export function readSelector(shape: Shape): TokenSelector {
  const token = shape.object('token');
  if (!token.has('blank')) return nameIn(token);
  if (!token.flag('blank'))
    throw new CeremonyError('PKCS11_ARGUMENT', 'a token is named by "serial" or "key", or by "blank": true');
  const model = token.text('model', SERIAL);
  token.end();
  return { blank: true, model };
}

/** For what a blank token cannot do. @throws CeremonyError PKCS11_ARGUMENT */
export function readTokenName(shape: Shape): TokenName {
  return nameIn(shape.object('token'));
}

function nameIn(token: Shape): TokenName {
  const name = token.has('key') ? { key: token.digest('key') } : { serial: token.text('serial', SERIAL) };
  token.end();
  return name;
}

/** `nullPin: true`: the device asks for the PIN itself, and none comes with the request. */
export function readNullPin(shape: Shape): boolean {
  return shape.has('nullPin') && shape.flag('nullPin');
}

/**
 * A PIN that fills the whole byte part, or null.
 * @throws CeremonyError PKCS11_ARGUMENT when there are bytes although there is no PIN, or none although there is one
 */
export function pinOf(method: string, bytes: Buffer, nullPin: boolean): Pin {
  if (nullPin && bytes.length > 0) refuse(method, 'has both a PIN and "nullPin"');
  if (!nullPin && bytes.length === 0) refuse(method, 'has no PIN, expected its bytes or "nullPin": true');
  return nullPin ? null : bytes;
}

/** What stands before and after `length` bytes. @throws CeremonyError PKCS11_ARGUMENT unless both parts have bytes */
export function splitBytes(method: string, bytes: Buffer, length: number): readonly [Buffer, Buffer] {
  if (length >= bytes.length) refuse(method, `has ${bytes.length} bytes, expected more than ${length}`);
  return [bytes.subarray(0, length), bytes.subarray(length)];
}

/**
 * A PIN that cannot be right is not tried: a try is worth more than the module's own opinion of its length.
 * @throws CeremonyError PIN_LENGTH
 */
export function demandPinLength(pin: Pin, { minPinLength, maxPinLength, serial }: TokenFacts): void {
  if (pin === null || maxPinLength === 0) return;
  if (pin.length < minPinLength || pin.length > maxPinLength) {
    const message = `the PIN does not have the length that token "${serial}" takes, ${minPinLength} to ${maxPinLength} bytes`;
    throw new CeremonyError('PIN_LENGTH', message);
  }
}

/** Payload, and the PIN that a CKA_ALWAYS_AUTHENTICATE key asks for: behind the payload, or entered at the device. */
export function readOperand(
  method: string,
  shape: Shape,
  request: Request,
): { readonly operand: Buffer; readonly contextPin: Pin | undefined } {
  const { bytes } = request;
  if (bytes.length === 0) refuse(method, 'has no bytes to work on');
  const nullPin = readNullPin(shape);
  if (!shape.has('contextPinLength')) return { operand: bytes, contextPin: nullPin ? null : undefined };
  const length = shape.integer('contextPinLength', 1, 1024);
  if (nullPin) refuse(method, 'has both "contextPinLength" and "nullPin"');
  if (length >= bytes.length) refuse(method, `has ${bytes.length} bytes, expected more than ${length}`);
  const at = bytes.length - length;
  return { operand: bytes.subarray(0, at), contextPin: bytes.subarray(at) };
}

/** One behind the other in the bytes, each as long as `sizes` says. @throws CeremonyError PKCS11_ARGUMENT */
export function readPayloads(method: string, shape: Shape, { bytes }: Request): readonly Buffer[] {
  const sizes = shape.list('sizes', (item, where) =>
    new Shape({ size: item }, 'PKCS11_ARGUMENT', where).integer('size', 1, 2 ** 32),
  );
  if (sizes.length < 1 || sizes.length > MOST_IN_ONE_REQUEST)
    refuse(method, `has ${sizes.length} payloads, expected 1 to ${MOST_IN_ONE_REQUEST}`);
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sum !== bytes.length) refuse(method, `has ${bytes.length} bytes, expected the ${sum} of its "sizes"`);
  return cut(bytes, sizes);
}

/** @throws CeremonyError PKCS11_ARGUMENT unless it is a public key of a kind we use, in base64 of its DER */
export function readSpki(shape: Shape, name: string): PublicKey {
  return parseSpki(shape.base64(name), `"${name}"`);
}

/** 1 to 32 bytes of UTF-8: the field's size (PKCS #11 v2.40 base, CK_TOKEN_INFO). */
export function readTokenLabel(shape: Shape): string {
  const label = shape.text('label', /^[^\0]*\S[^\0]*$/u);
  if (!label.isWellFormed() || Buffer.byteLength(label) > 32 || label !== label.trim()) {
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      `token label ${JSON.stringify(label)} is not 1 to 32 bytes of UTF-8 without spaces around`,
    );
  }
  return label;
}

function refuse(method: string, what: string): never {
  throw new CeremonyError('PKCS11_ARGUMENT', `the request "${method}" ${what}`);
}
