import { createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { integer, sequence } from '../der/writer.ts';

const CURVES = {
  'P-256': { params: '06082a8648ce3d030107', fieldBytes: 32 },
  'P-384': { params: '06052b81040022', fieldBytes: 48 },
  'P-521': { params: '06052b81040023', fieldBytes: 66 },
} as const;
export type Curve = keyof typeof CURVES;

/** What tokens call the curve of Ed25519 in CKA_EC_PARAMS: its name (PKCS #11 v3.0 mechanisms §2.3.7), or an identifier. */
const ED25519_NAMES = {
  /** PrintableString `edwards25519`. */
  name: '130c656477617264733235353139',
  /** 1.3.101.112 (RFC 8410 §3). */
  algorithm: '06032b6570',
  /** 1.3.6.1.4.1.11591.15.1, which older modules have. */
  curve: '06092b06010401da470f01',
} as const;
/** CKA_EC_PARAMS of a new Ed25519 key. */
export const ED25519_PARAMETERS = Buffer.from(ED25519_NAMES.name, 'hex');
const ED25519_BYTES = 32;

export type PublicKey = {
  /** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): uncompressed points (RFC 5480 §2.2), rsaEncryption with NULL (RFC 3279 §2.3.1), id-Ed25519 alone (RFC 8410 §3). */
  readonly spki: Buffer;
  readonly spkiSha256: string;
} & (
  | { readonly kind: 'ec'; readonly curve: Curve; readonly fieldBytes: number; readonly point: Buffer }
  | { readonly kind: 'edwards' }
  | {
      readonly kind: 'rsa';
      readonly modulusBits: number;
      readonly modulus: Buffer;
      readonly publicExponent: number;
      /** Big-endian, without leading zeros. */
      readonly exponent: Buffer;
    }
);

/**
 * From CKA_EC_PARAMS and CKA_EC_POINT. The point may be raw or wrapped in an OCTET STRING: PKCS #11 says wrapped,
 * tokens do either.
 * @returns undefined for a curve we do not know
 * @throws CeremonyError HSM_KEY_INVALID when the point is not one of the curve
 */
export function publicKeyFromPoint(params: Buffer, pointAttribute: Buffer): PublicKey | undefined {
  if (Object.values<string>(ED25519_NAMES).includes(params.toString('hex'))) return ed25519Key(pointAttribute);
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => CURVES[name].params === params.toString('hex'));
  if (curve === undefined) return undefined;
  const { fieldBytes } = CURVES[curve];
  // The last 1 + 2n bytes, and before them nothing or the header of an OCTET STRING (04 len, or 04 81 len).
  const size = 1 + 2 * fieldBytes;
  const header = size < 0x80 ? Buffer.of(0x04, size) : Buffer.of(0x04, 0x81, size);
  const point = pointAttribute.length === size ? pointAttribute : pointAttribute.subarray(header.length);
  const isWrapped = pointAttribute.length !== size;
  if (
    point.length !== size ||
    point[0] !== 0x04 ||
    (isWrapped && !pointAttribute.subarray(0, header.length).equals(header))
  ) {
    throw new CeremonyError(
      'HSM_KEY_INVALID',
      `CKA_EC_POINT is "${pointAttribute.toString('hex')}", expected an uncompressed point of ${curve}`,
    );
  }
  return fromJwk({
    kty: 'EC',
    crv: curve,
    x: point.subarray(1, 1 + fieldBytes).toString('base64url'),
    y: point.subarray(1 + fieldBytes).toString('base64url'),
  });
}

/** @param pointAttribute the 32 bytes of RFC 8032 §5.1.2, raw (PKCS #11 v3.0) or in an OCTET STRING (v3.1, SoftHSM) */
function ed25519Key(pointAttribute: Buffer): PublicKey {
  const point = pointAttribute.subarray(-ED25519_BYTES);
  const header = pointAttribute.subarray(0, -ED25519_BYTES).toString('hex');
  if (point.length !== ED25519_BYTES || (header !== '' && header !== '0420')) {
    throw new CeremonyError(
      'HSM_KEY_INVALID',
      `CKA_EC_POINT is "${pointAttribute.toString('hex')}", expected the ${ED25519_BYTES} bytes of an Ed25519 key`,
    );
  }
  return fromJwk({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
}

/** From CKA_MODULUS and CKA_PUBLIC_EXPONENT, with or without leading zeros. @throws CeremonyError HSM_KEY_INVALID */
export function publicKeyFromModulus(modulus: Buffer, publicExponent: Buffer): PublicKey {
  return fromJwk({ kty: 'RSA', n: modulus.toString('base64url'), e: publicExponent.toString('base64url') });
}

/** Undefined when the bytes are no key, or of a kind we do not know. */
export function publicKeyFromSpki(spki: Uint8Array): PublicKey | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const jwk = key.export({ format: 'jwk' });
    return isKnown(jwk) ? fromJwk(jwk) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A SubjectPublicKeyInfo that somebody else sent: EC (P-256, P-384, P-521; on the curve), Ed25519 or RSA, and byte for
 * byte what we would write for that key.
 * @param what names it in the message
 * @throws CeremonyError PKCS11_ARGUMENT
 */
export function parseSpki(spki: Uint8Array, what: string): PublicKey {
  const key = publicKeyFromSpki(spki);
  if (!key?.spki.equals(spki)) {
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      `${what} is not the SubjectPublicKeyInfo of an RSA or Ed25519 key or of a point on P-256, P-384 or P-521, in DER`,
    );
  }
  return key;
}

function isKnown({ kty, crv = '' }: webcrypto.JsonWebKey): boolean {
  return kty === 'RSA' || (kty === 'EC' ? Object.hasOwn(CURVES, crv) : kty === 'OKP' && crv === 'Ed25519');
}

/** @param jwk one that is known */
function fromJwk(jwk: webcrypto.JsonWebKey): PublicKey {
  let key: KeyObject;
  try {
    // OpenSSL refuses coordinates that are not on the curve.
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new CeremonyError('HSM_KEY_INVALID', `the ${jwk.kty} public key fails its checks`, { cause });
  }
  const spki = key.export({ format: 'der', type: 'spki' });
  const common = { spki, spkiSha256: sha256(spki) };
  if (jwk.kty === 'EC') {
    const curve = jwk.crv as Curve;
    const { fieldBytes } = CURVES[curve];
    return { ...common, kind: 'ec', curve, fieldBytes, point: spki.subarray(spki.length - 1 - 2 * fieldBytes) };
  }
  if (jwk.kty === 'OKP') return { ...common, kind: 'edwards' };
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  const [modulus, exponent] = [jwk.n, jwk.e].map((text) => stripZeros(Buffer.from(text ?? '', 'base64url')));
  return {
    ...common,
    kind: 'rsa',
    modulusBits: modulusLength ?? 0,
    modulus: modulus as Buffer,
    publicExponent: Number(publicExponent ?? 0),
    exponent: exponent as Buffer,
  };
}

function stripZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first <= 0 ? bytes : bytes.subarray(first);
}

/** CKA_EC_PARAMS of a curve: its OBJECT IDENTIFIER in DER. */
export function curveParameters(curve: Curve): Buffer {
  return Buffer.from(CURVES[curve].params, 'hex');
}

/**
 * Ecdsa-Sig-Value (RFC 3279 §2.2.3) from r ‖ s as PKCS #11 gives it.
 * @throws CeremonyError HSM_SIGNATURE when the two halves are not of the field's size
 */
export function ecdsaSigValue(signature: Uint8Array, fieldBytes: number): Uint8Array {
  if (signature.length !== 2 * fieldBytes) {
    const message = `the token made an ECDSA signature of ${signature.length} bytes, expected ${2 * fieldBytes}`;
    throw new CeremonyError('HSM_SIGNATURE', message);
  }
  return sequence(integer(signature.subarray(0, fieldBytes)), integer(signature.subarray(fieldBytes)));
}

/** As it is (RFC 8410 §6). @throws CeremonyError HSM_SIGNATURE unless it has the 64 bytes of RFC 8032 §5.1.6 */
export function ed25519Signature(signature: Uint8Array): Uint8Array {
  if (signature.length !== 2 * ED25519_BYTES) {
    const message = `the token made an Ed25519 signature of ${signature.length} bytes, expected ${2 * ED25519_BYTES}`;
    throw new CeremonyError('HSM_SIGNATURE', message);
  }
  return signature;
}
