import { OID } from '../der/oid.ts';
import { contentOf, type DerNode, derOf, enter, finish, refuse, sameBytes, take } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG, tagName } from '../der/tags.ts';
import { hexOf, octetsOfBitString, oidOf, smallInteger } from '../der/values.ts';
import { bitString, explicit, implicit, integer, octetString, oid, raw, sequence } from '../der/writer.ts';
import { AES256_WRAP } from './key-wrap.ts';

/** A recipient by ephemeral-static ECDH (RFC 5753 §3.1). */
export interface AgreeRecipient {
  readonly kind: 'ecdh';
  /** Subject key identifier of the recipient's certificate. */
  readonly keyIdentifier: Uint8Array;
  /** Object identifier of agreement and KDF. */
  readonly agreement: string;
  /** The ephemeral public key as a point. */
  readonly point: Uint8Array;
  /** The content key, wrapped (RFC 3394). */
  readonly wrappedKey: Uint8Array;
}

/** A recipient by RSAES-OAEP (RFC 3560). */
export interface TransportRecipient {
  readonly kind: 'oaep';
  readonly keyIdentifier: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export type Recipient = AgreeRecipient | TransportRecipient;

/**
 * RSAES-OAEP with SHA-1 and MGF1-SHA-1: all that many tokens can do, and OAEP does not rest on the collision
 * resistance of its digest. They are the DEFAULTs, which DER omits: the parameters are there, and empty (RFC 4055 §4.1).
 */
const OAEP = sequence(oid(OID.rsaesOaep), sequence());

/** Parameters absent: the curve is that of the recipient's key (RFC 5753 §7.1.2). */
const EPHEMERAL_KEY = sequence(oid(OID.ecPublicKey));

/** DER of the RecipientInfo. */
export function writeRecipient(recipient: Recipient): Uint8Array {
  if (recipient.kind === 'oaep') {
    return sequence(integer(2), implicit(0, recipient.keyIdentifier), OAEP, octetString(recipient.ciphertext));
  }
  const originatorKey = explicit(1, EPHEMERAL_KEY, bitString(recipient.point));
  const rKeyId = explicit(0, octetString(recipient.keyIdentifier));
  return explicit(
    1,
    integer(3),
    explicit(0, originatorKey),
    sequence(oid(recipient.agreement), AES256_WRAP),
    sequence(sequence(rKeyId, octetString(recipient.wrappedKey))),
  );
}

/** Exactly what `writeRecipient` writes. @throws CeremonyError DER_INVALID */
export function readRecipient(node: DerNode): Recipient {
  if (node.tag === TAG.sequence) return readTransport(node);
  if (node.tag === contextConstructed(1)) return readAgree(node);
  return refuse(
    node.source,
    node.at,
    `expected a recipient by key transport or key agreement, found ${tagName(node.tag)}`,
  );
}

function readTransport(node: DerNode): TransportRecipient {
  const cursor = enter(node, 'KeyTransRecipientInfo');
  expectVersion(take(cursor, TAG.integer, 'KeyTransRecipientInfo version'), 2, 'KeyTransRecipientInfo version');
  const keyIdentifier = contentOf(take(cursor, contextPrimitive(0), 'subjectKeyIdentifier'));
  expectAlgorithm(take(cursor, TAG.sequence, 'keyEncryptionAlgorithm'), OAEP, 'RSAES-OAEP with the default parameters');
  const ciphertext = contentOf(take(cursor, TAG.octetString, 'encryptedKey'));
  finish(cursor, 'KeyTransRecipientInfo');
  return { kind: 'oaep', keyIdentifier, ciphertext };
}

function readAgree(node: DerNode): AgreeRecipient {
  const cursor = enter(node, 'KeyAgreeRecipientInfo', contextConstructed(1));
  expectVersion(take(cursor, TAG.integer, 'KeyAgreeRecipientInfo version'), 3, 'KeyAgreeRecipientInfo version');
  const originator = enter(take(cursor, contextConstructed(0), 'originator'), 'originator', contextConstructed(0));
  const key = enter(take(originator, contextConstructed(1), 'originatorKey'), 'originatorKey', contextConstructed(1));
  finish(originator, 'originator');
  expectAlgorithm(
    take(key, TAG.sequence, 'originatorKey algorithm'),
    EPHEMERAL_KEY,
    'id-ecPublicKey without parameters',
  );
  const point = octetsOfBitString(take(key, TAG.bitString, 'originatorKey'), 'originatorKey');
  finish(key, 'originatorKey');
  const algorithm = enter(take(cursor, TAG.sequence, 'keyEncryptionAlgorithm'), 'keyEncryptionAlgorithm');
  const agreement = oidOf(take(algorithm, TAG.oid, 'the key agreement'), 'the key agreement');
  expectAlgorithm(take(algorithm, TAG.sequence, 'the key wrap'), AES256_WRAP, 'id-aes256-wrap');
  finish(algorithm, 'keyEncryptionAlgorithm');
  const encryptedKeys = enter(take(cursor, TAG.sequence, 'recipientEncryptedKeys'), 'recipientEncryptedKeys');
  finish(cursor, 'KeyAgreeRecipientInfo');
  const encryptedKey = enter(take(encryptedKeys, TAG.sequence, 'RecipientEncryptedKey'), 'RecipientEncryptedKey');
  finish(encryptedKeys, 'recipientEncryptedKeys, which has one');
  const rKeyId = enter(take(encryptedKey, contextConstructed(0), 'rKeyId'), 'rKeyId', contextConstructed(0));
  const keyIdentifier = contentOf(take(rKeyId, TAG.octetString, 'subjectKeyIdentifier'));
  finish(rKeyId, 'rKeyId');
  const wrappedKey = contentOf(take(encryptedKey, TAG.octetString, 'encryptedKey'));
  finish(encryptedKey, 'RecipientEncryptedKey');
  return { kind: 'ecdh', keyIdentifier, agreement, point, wrappedKey };
}

/** The ephemeral key as a SubjectPublicKeyInfo on the recipient's curve, as tokens and node:crypto take it. */
export function ephemeralSpki(recipientKeyAlgorithm: Uint8Array, point: Uint8Array): Uint8Array {
  return sequence(raw(recipientKeyAlgorithm), bitString(point));
}

export function expectVersion(node: DerNode, expected: number, what: string): void {
  const found = smallInteger(node, what, 0xff);
  if (found !== expected) refuse(node.source, node.at, `expected ${what} ${expected}, found ${found}`);
}

function expectAlgorithm(node: DerNode, expected: Uint8Array, what: string): void {
  if (!sameBytes(derOf(node), expected))
    refuse(node.source, node.at, `expected ${what}, found "${hexOf(derOf(node))}"`);
}
