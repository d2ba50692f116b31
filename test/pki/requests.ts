import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { OID } from '../../src/der/oid.ts';
import { contextConstructed } from '../../src/der/tags.ts';
import {
  bitString,
  boolean,
  integer,
  octetString,
  oid,
  printableString,
  raw,
  retag,
  sequence,
  set,
  utf8String,
} from '../../src/der/writer.ts';
import { SIGNATURE_ALGORITHMS } from '../../src/x509/signature.ts';
import { extensionDer, NAME } from '../x509/build.ts';

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Requests put together field by field and signed, so that a test can put in a wrong one. */
export interface RequestFields {
  readonly key: Pair;
  readonly version?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly attributes?: Uint8Array;
  /** Name of a row of `SIGNATURE_ALGORITHMS`, by which it is signed. */
  readonly signedWith?: string;
  /** AlgorithmIdentifier to be written instead. */
  readonly algorithm?: Uint8Array;
  readonly signature?: Uint8Array;
  /** Whose private key signs instead. */
  readonly signer?: Pair;
}

export function ecPair(namedCurve = 'P-256'): Pair {
  return generateKeyPairSync('ec', { namedCurve });
}

export function rsaPair(modulusLength = 2048, publicExponent = 0x10001): Pair {
  return generateKeyPairSync('rsa', { modulusLength, publicExponent });
}

export function spkiOf({ publicKey }: Pair): Uint8Array {
  return publicKey.export({ format: 'der', type: 'spki' });
}

export function attributeOf(type: string, ...values: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(type), set(...values));
}

/** `[0] IMPLICIT SET OF Attribute`, in order. */
export function attributesOf(...attributes: readonly Uint8Array[]): Uint8Array {
  return retag(contextConstructed(0), set(...attributes));
}

export const WISHES = attributesOf(
  attributeOf(
    OID.extensionRequest,
    sequence(
      extensionDer(OID.basicConstraints, sequence(boolean(true), integer(3)), true),
      extensionDer('1.2.3.4', octetString(Buffer.from('any'))),
    ),
  ),
  attributeOf(OID.challengePassword, printableString('open sesame')),
  attributeOf(OID.unstructuredName, utf8String('a note\u202e')),
);

export function infoOf({ key, version, subject, spki, attributes }: RequestFields): Uint8Array {
  return sequence(version ?? integer(0), subject ?? NAME, raw(spki ?? spkiOf(key)), attributes ?? WISHES);
}

export function requestOf(fields: RequestFields): Uint8Array {
  const isRsa = (fields.signer ?? fields.key).privateKey.asymmetricKeyType === 'rsa';
  const name = fields.signedWith ?? (isRsa ? 'sha256WithRSAEncryption' : 'ecdsa-with-SHA256');
  const row = SIGNATURE_ALGORITHMS.find((one) => one.name === name);
  if (!row) throw new Error(name);
  const info = infoOf(fields);
  const { privateKey } = fields.signer ?? fields.key;
  const made = fields.signature ?? sign(row.digest, info, { key: privateKey, dsaEncoding: 'der' });
  return sequence(info, raw(fields.algorithm ?? row.der), bitString(made));
}
