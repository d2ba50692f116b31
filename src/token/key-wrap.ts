import { ObjectClass, type Session, SessionObject } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import { octetString } from '../der/writer.ts';
import type { Announce } from './announced.ts';
import { ATTRIBUTES, CKA, CKK } from './attributes.ts';
import { cryptoki, onTheWayOut, returnValueBehind } from './cryptoki-errors.ts';
import { mechanismName } from './cryptoki-names.ts';
import { findPrivateKey, refuseExisting } from './key-pairs.ts';
import { type KeyUse, signerOf } from './key-use.ts';
import { describeObject, findObjects } from './objects.ts';
import type { PublicKey } from './public-key.ts';
import { curveParameters, ED25519_PARAMETERS } from './public-key.ts';
import type { GeneratedKeyPair, ObjectFacts, SignatureAlgorithm } from './replies.ts';
import type { ReadTemplate, TemplateItem } from './template.ts';

/** AES-256: no other wrapping key is imported. Bytes. */
export const WRAPPING_KEY_BYTES = 32;
/** More than the PKCS #8 of the largest RSA key that we use, wrapped; RFC 5649 §3 wraps at least 16 bytes. */
const LONGEST_WRAPPED = 8192;
export const SHORTEST_WRAPPED = 16;

const CKM_AES_KEY_WRAP_PAD = 0x210a;
const CKM_AES_KEY_WRAP_KWP = 0x210b;

/** By what a token finds a wrapping key that lies on it. */
export interface WrappingKeyName {
  readonly label: string;
  readonly id: Buffer;
}

/** What a request about wrapping is done with. */
export interface WrapUse {
  readonly session: Session;
  readonly where: string;
  readonly supports: (mechanism: number) => boolean;
  readonly announce: Announce;
}

/**
 * Puts a wrapping key on the token as one that its security officer trusts (CKA_TRUSTED, PKCS #11 v2.40 base §4.10): in
 * clear it is never seen again. It is no private object, since the security officer sees none.
 * @param value 32 bytes; the caller zeroes them
 * @throws CeremonyError HSM_OBJECT_EXISTS, and the token's refusals
 */
export async function importTrustedKey(
  { session, where, announce }: WrapUse,
  { label, id }: WrappingKeyName,
  value: Buffer,
): Promise<ObjectFacts> {
  refuseExisting(session, { label, id }, where);
  await announce('C_CreateObject');
  const object = create(session, where, [
    ...wrappingKey(value),
    { type: ATTRIBUTES.TOKEN.type, value: true },
    { type: ATTRIBUTES.PRIVATE.type, value: false },
    { type: ATTRIBUTES.TRUSTED.type, value: true },
    { type: ATTRIBUTES.LABEL.type, value: label },
    { type: ATTRIBUTES.ID.type, value: id },
  ]);
  return describeObject(object, where);
}

/**
 * Wraps the private half of a key: PKCS #8, by AES key wrap with padding (RFC 5649).
 * @returns name of the mechanism, and the wrapped key
 * @throws CeremonyError HSM_KEY_NOT_WRAPPABLE, HSM_OBJECT_MISSING, HSM_MECHANISM
 */
export async function wrapPrivateKey(
  use: WrapUse,
  key: PublicKey,
  kek: WrappingKeyName,
): Promise<{ readonly mechanism: string; readonly wrapped: Buffer }> {
  const { session, where, announce } = use;
  const mechanism = wrapMechanism(use);
  const { privateObject } = findPrivateKey(session, key, where);
  const wrapping = trustedKey(session, kek, where);
  await announce('C_WrapKey');
  const wrapped = cryptoki('C_WrapKey', where, () =>
    session.lib.C_WrapKey(
      session.handle,
      { mechanism },
      wrapping.handle,
      privateObject.handle,
      Buffer.alloc(LONGEST_WRAPPED),
    ),
  );
  return { mechanism: mechanismName(mechanism), wrapped: Buffer.from(wrapped) };
}

/**
 * Shows that a wrapped key is the key: it is unwrapped into this session alone, not to be extracted, signs, and is gone.
 * @throws CeremonyError HSM_WRAPPED_KEY, and what signing throws
 */
export async function signWithWrapped(
  use: KeyUse,
  kek: WrappingKeyName,
  algorithm: SignatureAlgorithm,
  wrapped: Buffer,
  statement: Buffer,
): Promise<Uint8Array> {
  const { session, where, key } = use;
  const template = [
    ...privateKey(key),
    { type: ATTRIBUTES.TOKEN.type, value: false },
    { type: ATTRIBUTES.PRIVATE.type, value: true },
    { type: ATTRIBUTES.SENSITIVE.type, value: true },
    { type: ATTRIBUTES.EXTRACTABLE.type, value: false },
    { type: ATTRIBUTES.SIGN.type, value: true },
  ];
  const object = await unwrapped(use, trustedKey(session, kek, where), wrapped, template);
  try {
    return await signerOf(use, object, algorithm)(statement);
  } finally {
    // Where it fails, the object goes with its session, which is closed next.
    onTheWayOut(() => cryptoki('C_DestroyObject', where, () => object.destroy()));
  }
}

export interface UnwrapRequest {
  readonly key: PublicKey;
  readonly publicHalf: ReadTemplate;
  readonly privateHalf: ReadTemplate;
  readonly wrapped: Buffer;
}

/**
 * Makes the key pair of a wrapped private key on the token, and reads it back. The public half is made first: who looks
 * without a login sees by it that a private one may be there. The wrapping key exists in this session alone.
 * @param kek 32 bytes; the caller zeroes them
 * @throws CeremonyError HSM_OBJECT_EXISTS, HSM_WRAPPED_KEY, HSM_MECHANISM
 */
export async function unwrapKeyPair(
  use: WrapUse,
  { key, publicHalf, privateHalf, wrapped }: UnwrapRequest,
  kek: Buffer,
): Promise<GeneratedKeyPair> {
  const { session, where, announce } = use;
  if (publicHalf.label !== privateHalf.label || !publicHalf.id.equals(privateHalf.id))
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      'the two templates differ in LABEL or ID, by which the halves are found',
    );
  wrapMechanism(use);
  refuseExisting(session, publicHalf, where);
  const wrapping = create(session, where, [
    ...wrappingKey(kek),
    { type: ATTRIBUTES.TOKEN.type, value: false },
    { type: ATTRIBUTES.PRIVATE.type, value: true },
  ]);
  try {
    await announce('C_CreateObject');
    const publicObject = create(session, where, [...publicKey(key), ...publicHalf.items]);
    let privateObject: SessionObject;
    try {
      privateObject = await unwrapped(use, wrapping, wrapped, [...privateKey(key), ...privateHalf.items]);
    } catch (error) {
      // Nothing is left of a key that the token has refused.
      onTheWayOut(() => cryptoki('C_DestroyObject', where, () => publicObject.destroy()));
      throw error;
    }
    const publicFacts = describeObject(publicObject, where);
    const privateFacts = describeObject(privateObject, where);
    return {
      spki: key.spki.toString('base64'),
      spkiSha256: key.spkiSha256,
      public: publicFacts.attributes,
      private: privateFacts.attributes,
      unreported: { public: publicFacts.unreported, private: privateFacts.unreported },
      mechanism: mechanismName(wrapMechanism(use)),
    };
  } finally {
    onTheWayOut(() => cryptoki('C_DestroyObject', where, () => wrapping.destroy()));
  }
}

/**
 * The one of RFC 5649. CKM_AES_KEY_WRAP_KWP is nothing else (PKCS #11 v3.0 mechanisms §2.15); CKM_AES_KEY_WRAP_PAD is that in
 * modules of v2.40, and something else in some that have both: hence the order.
 * @throws CeremonyError HSM_MECHANISM
 */
function wrapMechanism({ supports, where }: WrapUse): number {
  const found = [CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD].find(supports);
  if (found !== undefined) return found;
  throw new CeremonyError(
    'HSM_MECHANISM',
    `token "${where}" lists neither CKM_AES_KEY_WRAP_KWP nor CKM_AES_KEY_WRAP_PAD: it wraps no key by AES`,
    { details: { reached: 'no' } },
  );
}

/** @throws CeremonyError HSM_OBJECT_MISSING unless exactly one wrapping key is meant */
function trustedKey(session: Session, { label, id }: WrappingKeyName, where: string): SessionObject {
  const [object, ...others] = findObjects(session, { class: ObjectClass.SECRET_KEY, label, id }, where);
  if (object !== undefined && others.length === 0) return object;
  throw new CeremonyError(
    'HSM_OBJECT_MISSING',
    `${object ? others.length + 1 : 0} wrapping keys "${label}" are on token "${where}", exactly 1 was expected`,
  );
}

async function unwrapped(
  use: WrapUse,
  wrapping: SessionObject,
  wrapped: Buffer,
  template: readonly TemplateItem[],
): Promise<SessionObject> {
  const { session, where, announce } = use;
  const mechanism = wrapMechanism(use);
  await announce('C_UnwrapKey');
  try {
    const handle = cryptoki('C_UnwrapKey', where, () =>
      session.lib.C_UnwrapKey(session.handle, { mechanism }, wrapping.handle, wrapped, [...template]),
    );
    return new SessionObject(handle, session, session.lib);
  } catch (error) {
    throw asNotItsKey(error);
  }
}

/** What tokens say of a wrapped key whose integrity check fails (RFC 5649 §4.2); SoftHSM's is the first. */
const NOT_ITS_KEY = ['CKR_GENERAL_ERROR', 'CKR_ENCRYPTED_DATA_INVALID', 'CKR_ENCRYPTED_DATA_LEN_RANGE'];

function asNotItsKey(error: unknown): unknown {
  if (!(error instanceof CeremonyError) || !NOT_ITS_KEY.includes(returnValueBehind(error) ?? '')) return error;
  return new CeremonyError(
    'HSM_WRAPPED_KEY',
    `${error.message}: it does not take the wrapped key for one of this KEK`,
    {
      cause: error,
      hint: 'the file was altered, or belongs to another share set; try the copy on the other medium',
      details: { ...error.details },
    },
  );
}

function create(session: Session, where: string, template: readonly TemplateItem[]): SessionObject {
  const handle = cryptoki('C_CreateObject', where, () => session.lib.C_CreateObject(session.handle, [...template]));
  return new SessionObject(handle, session, session.lib);
}

/** For wrapping and unwrapping alone, and never outside the token again. */
function wrappingKey(value: Buffer): TemplateItem[] {
  const { SENSITIVE, EXTRACTABLE, WRAP, UNWRAP, ENCRYPT, DECRYPT, SIGN, VERIFY, DERIVE } = ATTRIBUTES;
  const flags = [
    ...([SENSITIVE, WRAP, UNWRAP] as const).map(({ type }) => ({ type, value: true })),
    ...([EXTRACTABLE, ENCRYPT, DECRYPT, SIGN, VERIFY, DERIVE] as const).map(({ type }) => ({ type, value: false })),
  ];
  return [
    { type: CKA.CLASS, value: ObjectClass.SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CKK.aes },
    { type: CKA.VALUE, value },
    ...flags,
  ];
}

function privateKey(key: PublicKey): TemplateItem[] {
  return [
    { type: CKA.CLASS, value: ObjectClass.PRIVATE_KEY },
    { type: CKA.KEY_TYPE, value: CKK[key.kind] },
  ];
}

/** The public half, as PKCS #11 wants it where it is not generated (v2.40 mechanisms §2.1.2, §2.3.3). */
function publicKey(key: PublicKey): TemplateItem[] {
  const start = [
    { type: CKA.CLASS, value: ObjectClass.PUBLIC_KEY },
    { type: CKA.KEY_TYPE, value: CKK[key.kind] },
  ];
  switch (key.kind) {
    case 'ec':
      return [
        ...start,
        { type: CKA.EC_PARAMS, value: curveParameters(key.curve) },
        { type: CKA.EC_POINT, value: Buffer.from(octetString(key.point)) },
      ];
    case 'edwards':
      return [
        ...start,
        { type: CKA.EC_PARAMS, value: ED25519_PARAMETERS },
        { type: CKA.EC_POINT, value: Buffer.from(octetString(key.spki.subarray(-32))) },
      ];
    case 'rsa':
      return [...start, { type: CKA.MODULUS, value: key.modulus }, { type: CKA.PUBLIC_EXPONENT, value: key.exponent }];
  }
}

/** @throws CeremonyError PKCS11_ARGUMENT unless it is of a length that wrapped keys have: a multiple of 8, in bytes */
export function demandWrapped(method: string, wrapped: Buffer): Buffer {
  if (wrapped.length >= SHORTEST_WRAPPED && wrapped.length <= LONGEST_WRAPPED && wrapped.length % 8 === 0)
    return wrapped;
  throw new CeremonyError(
    'PKCS11_ARGUMENT',
    `the request "${method}" has a wrapped key of ${wrapped.length} bytes, expected ${SHORTEST_WRAPPED} to ${LONGEST_WRAPPED} and a multiple of 8`,
  );
}
