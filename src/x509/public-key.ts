import { hash } from 'node:crypto';
import { OID } from '../der/oid.ts';
import { enter, finish, readDer, refuse, sameBytes, take } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { hexOf, unsignedBytes } from '../der/values.ts';
import { readSpki } from './fields.ts';
import type { SubjectPublicKeyInfo } from './model.ts';

export type CurveName = 'P-256' | 'P-384' | 'P-521';

export interface RsaKey {
  readonly type: 'rsa';
  /** Most significant octet first, without leading zeros. */
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly modulusBits: number;
}

export interface EcKey {
  readonly type: 'ec';
  readonly curve: CurveName;
  /** As encoded: `04 ‖ x ‖ y` where it is uncompressed. */
  readonly point: Uint8Array;
}

/** RFC 8410 §4: the key is the encoded point. */
export interface Ed25519Key {
  readonly type: 'ed25519';
  readonly point: Uint8Array;
}

/** A key that this program does not read: another algorithm, or one of its parameters. */
export interface OtherKey {
  readonly type: 'other';
  readonly oid: string;
}

export type PublicKey = RsaKey | EcKey | Ed25519Key | OtherKey;

/** The AlgorithmIdentifier of each key that we read, byte for byte (BR §7.1.3.1; RFC 8410 §3: parameters absent). */
export const KEY_ALGORITHMS = {
  rsa: Buffer.from('300d06092a864886f70d0101010500', 'hex'),
  'P-256': Buffer.from('301306072a8648ce3d020106082a8648ce3d030107', 'hex'),
  'P-384': Buffer.from('301006072a8648ce3d020106052b81040022', 'hex'),
  'P-521': Buffer.from('301006072a8648ce3d020106052b81040023', 'hex'),
  ed25519: Buffer.from('300506032b6570', 'hex'),
} as const satisfies Record<'rsa' | 'ed25519' | CurveName, Uint8Array>;

/** A SubjectPublicKeyInfo from its DER. @throws CeremonyError DER_INVALID */
export function parseSpki(der: Uint8Array, name = 'SubjectPublicKeyInfo'): SubjectPublicKeyInfo {
  return readSpki(readDer(der, name), name);
}

/**
 * The numbers of a key, unchecked: `checkPublicKey` judges them. An algorithm identifier other than the exact ones
 * of `KEY_ALGORITHMS` gives `other`.
 * @throws CeremonyError DER_INVALID where an RSA key is not RSAPublicKey (RFC 8017 §A.1.1)
 */
export function parsePublicKey(spki: SubjectPublicKeyInfo): PublicKey {
  if (sameBytes(spki.algorithm.der, KEY_ALGORITHMS.rsa)) return parseRsa(spki.key);
  for (const curve of ['P-256', 'P-384', 'P-521'] as const) {
    if (sameBytes(spki.algorithm.der, KEY_ALGORITHMS[curve])) return { type: 'ec', curve, point: spki.key };
  }
  if (sameBytes(spki.algorithm.der, KEY_ALGORITHMS.ed25519)) return { type: 'ed25519', point: spki.key };
  return { type: 'other', oid: spki.algorithm.oid };
}

function parseRsa(key: Uint8Array): RsaKey {
  const node = readDer(key, 'RSAPublicKey');
  const cursor = enter(node, 'RSAPublicKey');
  const modulus = unsignedBytes(take(cursor, TAG.integer, 'modulus'), 'modulus');
  const exponent = unsignedBytes(take(cursor, TAG.integer, 'publicExponent'), 'publicExponent');
  finish(cursor, 'RSAPublicKey');
  if (modulus[0] === 0) refuse(node.source, node.at, 'expected a modulus greater than zero');
  return { type: 'rsa', modulus, exponent, modulusBits: bitLength(modulus) };
}

function bitLength(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : bytes.length * 8 - (Math.clz32(bytes[0]!) - 24);
}

/** "RSA 3072 bits", "EC P-384", "Ed25519", or the algorithm's identifier. */
export function describePublicKey(key: PublicKey): string {
  if (key.type === 'rsa') return `RSA ${key.modulusBits} bits, exponent ${BigInt(`0x${hexOf(key.exponent)}`)}`;
  if (key.type === 'ed25519') return 'Ed25519';
  return key.type === 'ec' ? `EC ${key.curve}` : `algorithm ${key.oid}`;
}

/**
 * The key identifier that we give new keys, 20 bytes: the leftmost 160 bits of the SHA-256 of the BIT STRING's
 * value, without tag, length and count of unused bits (RFC 7093 §2, method 1).
 */
export function deriveKeyIdentifier(spki: SubjectPublicKeyInfo): Uint8Array {
  return Uint8Array.from(hash('sha256', spki.key, 'buffer').subarray(0, 20));
}

/** Whether the algorithm is one whose parameters we refuse rather than its kind: RSA, EC or Ed25519 with another identifier. */
export function isKnownKeyType(oid: string): boolean {
  return oid === OID.rsaEncryption || oid === OID.ecPublicKey || oid === OID.ed25519;
}
