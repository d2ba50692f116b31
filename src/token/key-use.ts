import { createHash } from 'node:crypto';
import type { Session, SessionObject } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import type { Announce } from './announced.ts';
import { ATTRIBUTES, CKA, readValue } from './attributes.ts';
import { cryptoki, onTheWayOut } from './cryptoki-errors.ts';
import { findPrivateKey } from './key-pairs.ts';
import { CKU, type Pin, type PinFunctions } from './pin-functions.ts';
import { ecdsaSigValue, ed25519Signature, type PublicKey } from './public-key.ts';
import type { OaepHash, SignatureAlgorithm } from './replies.ts';

/** What an operation with a private key is done with. */
export interface KeyUse {
  readonly session: Session;
  readonly key: PublicKey;
  /** Serial of the token. */
  readonly where: string;
  readonly supports: (mechanism: number) => boolean;
  readonly pins: PinFunctions;
  /** For a key that is CKA_ALWAYS_AUTHENTICATE; undefined when none was given. */
  readonly contextPin: Pin | undefined;
  readonly announce: Announce;
}

interface Signing {
  readonly kind: PublicKey['kind'];
  /** Null where the message itself is signed. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** Hashes and signs. */
  readonly combined: number;
  /** Signs a digest that was made here; the message where there is none. */
  readonly bare: number;
}

const CKM_RSA_PKCS = 0x1;
const CKM_RSA_X_509 = 0x3;
const CKM_RSA_PKCS_OAEP = 0x9;
const CKM_ECDSA = 0x1041;
const CKM_EDDSA = 0x1057;
const CKM_ECDH1_DERIVE = 0x1050;

const SIGNING: Readonly<Record<SignatureAlgorithm, Signing>> = {
  'ecdsa-sha256': { kind: 'ec', hash: 'sha256', combined: 0x1044, bare: CKM_ECDSA },
  'ecdsa-sha384': { kind: 'ec', hash: 'sha384', combined: 0x1045, bare: CKM_ECDSA },
  'ecdsa-sha512': { kind: 'ec', hash: 'sha512', combined: 0x1046, bare: CKM_ECDSA },
  // Without parameters: Ed25519 as such, neither prehashed nor with a context (PKCS #11 v3.0 mechanisms §2.3.14).
  ed25519: { kind: 'edwards', hash: null, combined: CKM_EDDSA, bare: CKM_EDDSA },
  'rsa-pkcs1-sha256': { kind: 'rsa', hash: 'sha256', combined: 0x40, bare: CKM_RSA_PKCS },
  'rsa-pkcs1-sha384': { kind: 'rsa', hash: 'sha384', combined: 0x41, bare: CKM_RSA_PKCS },
  'rsa-pkcs1-sha512': { kind: 'rsa', hash: 'sha512', combined: 0x42, bare: CKM_RSA_PKCS },
};
export const SIGNATURE_ALGORITHMS = Object.keys(SIGNING) as readonly SignatureAlgorithm[];

/** DigestInfo up to the digest (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const;

const LONGEST_SIGNATURE = 1024;

/**
 * Signs the payload, which is hashed here or on the token. The result is as X.509 wants it (RFC 3279 §2.2, RFC 8410 §6).
 * @throws CeremonyError HSM_OBJECT_MISSING, PKCS11_ARGUMENT, HSM_SIGNATURE, and the token's refusals
 */
export async function signPayload(use: KeyUse, algorithm: SignatureAlgorithm, payload: Buffer): Promise<Uint8Array> {
  return await signerWith(use, algorithm)(payload);
}

/**
 * Signs one after the other with a key that is looked for once.
 * @throws CeremonyError as `signPayload`; its details say in `signed` how many were signed before
 */
export async function signPayloads(
  use: KeyUse,
  algorithm: SignatureAlgorithm,
  payloads: readonly Buffer[],
): Promise<Uint8Array[]> {
  const sign = signerWith(use, algorithm);
  const signatures: Uint8Array[] = [];
  try {
    for (const payload of payloads) signatures.push(await sign(payload));
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    const details = { ...error.details, signed: signatures.length };
    throw new CeremonyError(error.code, error.message, { ...hint, details, cause: error });
  }
  return signatures;
}

function signerWith(use: KeyUse, algorithm: SignatureAlgorithm): (payload: Buffer) => Promise<Uint8Array> {
  demandKind(use, SIGNING[algorithm].kind, algorithm);
  return signerOf(use, findPrivateKey(use.session, use.key, use.where).privateObject, algorithm);
}

/** The same with a private key that is at hand: one of a session is found by no id. */
export function signerOf(
  use: KeyUse,
  key: SessionObject,
  algorithm: SignatureAlgorithm,
): (payload: Buffer) => Promise<Uint8Array> {
  const signing = SIGNING[algorithm];
  demandKind(use, signing.kind, algorithm);
  const { session, where } = use;
  const onToken = use.supports(signing.combined);
  const mechanism = onToken ? signing.combined : signing.bare;
  const authenticate = contextLogin(use, key);
  return async (payload) => {
    cryptoki('C_SignInit', where, () => session.lib.C_SignInit(session.handle, { mechanism }, key.handle));
    await authenticate();
    const input = onToken ? payload : digestFor(signing, payload);
    await use.announce('C_Sign');
    const signature = cryptoki('C_Sign', where, () =>
      session.lib.C_Sign(session.handle, input, Buffer.alloc(LONGEST_SIGNATURE)),
    );
    if (use.key.kind === 'ec') return ecdsaSigValue(signature, use.key.fieldBytes);
    return use.key.kind === 'edwards' ? ed25519Signature(signature) : signature;
  };
}

function digestFor({ kind, hash }: Signing, payload: Buffer): Buffer {
  if (hash === null) return payload;
  const digest = createHash(hash).update(payload).digest();
  return kind === 'ec' ? digest : Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]);
}

const CK_PARAMS_EC_DH = 6;
const CKD_NULL = 1;
const CKO_SECRET_KEY = 4;
const CKK_GENERIC_SECRET = 0x10;

/**
 * The raw shared secret: the x-coordinate, of the field's length (SEC 1 §3.3.1). It exists on the token as a session
 * object for as long as it takes to read it.
 * @param peer a public key on the same curve, checked to be on it
 */
export function deriveSharedSecret(use: KeyUse, peer: PublicKey): Buffer {
  const { session, where, key } = use;
  if (key.kind !== 'ec' || peer.kind !== 'ec' || key.curve !== peer.curve) {
    throw new CeremonyError('PKCS11_ARGUMENT', 'ECDH needs two keys on the same curve');
  }
  const { lib } = session;
  const mechanism = {
    mechanism: CKM_ECDH1_DERIVE,
    parameter: { type: CK_PARAMS_EC_DH, kdf: CKD_NULL, publicData: peer.point },
  };
  const template = [
    { type: CKA.CLASS, value: CKO_SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CKK_GENERIC_SECRET },
    { type: ATTRIBUTES.TOKEN.type, value: false },
    { type: ATTRIBUTES.SENSITIVE.type, value: false },
    { type: ATTRIBUTES.EXTRACTABLE.type, value: true },
    { type: ATTRIBUTES.VALUE_LEN.type, value: key.fieldBytes },
  ];
  const privateKey = findPrivateKey(session, key, where).privateObject;
  const derived = cryptoki('C_DeriveKey', where, () =>
    lib.C_DeriveKey(session.handle, mechanism, privateKey.handle, template),
  );
  try {
    const [value] = cryptoki('C_GetAttributeValue', where, () =>
      lib.C_GetAttributeValue(session.handle, derived, [{ type: CKA.VALUE }]),
    );
    const secret = value?.value;
    if (!(secret instanceof Buffer) || secret.length !== key.fieldBytes) {
      throw new CeremonyError('PKCS11_ERROR', `token "${where}" did not derive ${key.fieldBytes} bytes by ECDH`, {
        details: { call: 'C_DeriveKey' },
      });
    }
    return secret;
  } finally {
    // Where it fails, the object goes with its session, which is closed next.
    onTheWayOut(() => cryptoki('C_DestroyObject', where, () => lib.C_DestroyObject(session.handle, derived)));
  }
}

const CK_PARAMS_RSA_OAEP = 4;
const CKZ_DATA_SPECIFIED = 1;
const OAEP: Readonly<Record<OaepHash, { readonly hashAlg: number; readonly mgf: number }>> = {
  sha1: { hashAlg: 0x220, mgf: 1 },
  sha256: { hashAlg: 0x250, mgf: 2 },
};
export const OAEP_HASHES = Object.keys(OAEP) as readonly OaepHash[];

/** RSAES-OAEP with MGF1 of the same hash and an empty label (RFC 8017 §7.1). */
export async function decryptOaep(use: KeyUse, hash: OaepHash, ciphertext: Buffer): Promise<Uint8Array> {
  demandKind(use, 'rsa', 'rsa-oaep');
  const parameter = { type: CK_PARAMS_RSA_OAEP, source: CKZ_DATA_SPECIFIED, ...OAEP[hash] };
  return await decrypt(use, { mechanism: CKM_RSA_PKCS_OAEP, parameter }, ciphertext);
}

/**
 * RSADP alone (RFC 8017 §5.1.2) by CKM_RSA_X_509: whatever the padding is, it is still in the result. A token that
 * leaves the leading zeros out is filled up, so that the result is always as long as the modulus.
 */
export async function decryptRaw(use: KeyUse, ciphertext: Buffer): Promise<Uint8Array> {
  demandKind(use, 'rsa', 'rsa-raw');
  const encoded = await decrypt(use, { mechanism: CKM_RSA_X_509 }, ciphertext);
  if (encoded.length === ciphertext.length) return encoded;
  const filled = secretBytes(ciphertext.length);
  filled.set(encoded, ciphertext.length - encoded.length);
  encoded.fill(0);
  return filled;
}

type Mechanism = Parameters<Session['lib']['C_DecryptInit']>[1];

async function decrypt(use: KeyUse, mechanism: Mechanism, ciphertext: Buffer): Promise<Buffer> {
  const { session, where } = use;
  const key = findPrivateKey(session, use.key, where).privateObject;
  const authenticate = contextLogin(use, key);
  cryptoki('C_DecryptInit', where, () => session.lib.C_DecryptInit(session.handle, mechanism, key.handle));
  await authenticate();
  const plaintext = secretBytes(ciphertext.length);
  try {
    const written = cryptoki('C_Decrypt', where, () => session.lib.C_Decrypt(session.handle, ciphertext, plaintext));
    const result = secretBytes(written.length);
    result.set(written);
    return result;
  } finally {
    plaintext.fill(0);
  }
}

function demandKind(use: KeyUse, kind: PublicKey['kind'], algorithm: string): void {
  if (use.key.kind !== kind) {
    throw new CeremonyError('PKCS11_ARGUMENT', `algorithm "${algorithm}" does not fit a key of type "${use.key.kind}"`);
  }
}

/**
 * What stands between the start of an operation and its end for a key that asks for the PIN each time
 * (C_Login with CKU_CONTEXT_SPECIFIC, PKCS #11 v2.40 base §4.9); nothing for other keys.
 * @throws CeremonyError PKCS11_ARGUMENT when the key asks and no PIN was given: before an operation is begun
 */
function contextLogin({ session, pins, contextPin, where, announce }: KeyUse, key: SessionObject): () => Promise<void> {
  const value = readValue(key, ATTRIBUTES.ALWAYS_AUTHENTICATE.type, where);
  if (value === undefined || value[0] === 0) return async () => {};
  if (contextPin === undefined) {
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      `the key on token "${where}" asks for its PIN at each use; none was given`,
    );
  }
  return async () => {
    await announce('C_Login');
    pins.login(session.handle, CKU.contextSpecific, contextPin, where);
  };
}
