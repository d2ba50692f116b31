import { X509Certificate } from 'node:crypto';
import { ObjectClass, type SessionObject } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import { CKA, CKK, numberOf, readValue, readValues } from './attributes.ts';
import { type PublicKey, publicKeyFromModulus, publicKeyFromPoint, publicKeyFromSpki } from './public-key.ts';

/**
 * The public key in an object: of a public key its own, of a private key its public half if the token shows it, of a
 * certificate its subject's. Undefined for other objects and for kinds of keys we do not know.
 * @throws CeremonyError HSM_KEY_INVALID when the token reports a key that is none
 */
export function publicKeyOf(object: SessionObject, objectClass: ObjectClass, where: string): PublicKey | undefined {
  if (objectClass === ObjectClass.CERTIFICATE) {
    const value = readValue(object, CKA.VALUE, where);
    return value === undefined ? undefined : certifiedKey(value);
  }
  const keyType = numberOf(readValue(object, CKA.KEY_TYPE, where));
  if (keyType === CKK.ec || keyType === CKK.edwards) {
    const [params, point] = readValues(object, [CKA.EC_PARAMS, CKA.EC_POINT], where);
    return params && point ? publicKeyFromPoint(params, point) : undefined;
  }
  if (keyType === CKK.rsa) {
    const [modulus, exponent] = readValues(object, [CKA.MODULUS, CKA.PUBLIC_EXPONENT], where);
    return modulus && exponent ? publicKeyFromModulus(modulus, exponent) : undefined;
  }
  return undefined;
}

/** As publicKeyOf; undefined for a key that fails its checks, which matches nothing anyway. */
export function soundPublicKeyOf(
  object: SessionObject,
  objectClass: ObjectClass,
  where: string,
): PublicKey | undefined {
  try {
    return publicKeyOf(object, objectClass, where);
  } catch (error) {
    if (error instanceof CeremonyError && error.code === 'HSM_KEY_INVALID') return undefined;
    throw error;
  }
}

function certifiedKey(certificate: Buffer): PublicKey | undefined {
  try {
    return publicKeyFromSpki(new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' }));
  } catch {
    return undefined;
  }
}
