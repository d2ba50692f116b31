import { constants, createCipheriv, createDecipheriv, createPublicKey, publicEncrypt } from 'node:crypto';
import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { contentOf, enter, finish, readDer, refuse, sameBytes, setOf, take } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { hexOf, oidOf } from '../der/values.ts';
import { explicit, implicit, integer, octetString, oid, sequence, set } from '../der/writer.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import { parseSpki } from '../x509/public-key.ts';
import { type MemberKey, readMemberKey } from './algorithms.ts';
import { agreeOnce, deriveKek, type RandomBytes, unwrapKey, wrapKey } from './key-wrap.ts';
import { ephemeralSpki, expectVersion, type Recipient, readRecipient, writeRecipient } from './recipients.ts';

/** Of the content key, which each recipient's key wraps: AES-256. */
export const CONTENT_KEY_BYTES = 32;
const IV_BYTES = 16;

/**
 * Seals bytes to exactly these recipients: EnvelopedData (RFC 5652 §6), AES-256-CBC, with one RecipientInfo for each
 * certificate: ECDH (P-256, P-384) or RSAES-OAEP. It gives confidentiality only: what opens must be held to a record.
 * All intermediate secrets are zeroed; `plaintext` is the caller's. OAEP's seed is OpenSSL's own.
 * @throws CeremonyError DER_INVALID for a certificate that cannot be a recipient or stands there twice
 */
export function sealEnvelope(
  plaintext: Uint8Array,
  recipientCertificates: readonly Uint8Array[],
  random: RandomBytes,
): Uint8Array {
  const recipients = recipientCertificates.map((der) => readMemberKey(der, 'open'));
  checkRecipients(recipients);
  const key = random.bytes(CONTENT_KEY_BYTES);
  try {
    const infos = recipients.map((recipient) => writeRecipient(wrapFor(recipient, key, random)));
    const iv = random.bytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-cbc', key, iv);
    const content = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const encrypted = sequence(oid(OID.data), sequence(oid(OID.aes256Cbc), octetString(iv)), implicit(0, content));
    return sequence(oid(OID.envelopedData), explicit(0, sequence(integer(2), set(...infos), encrypted)));
  } finally {
    key.fill(0);
  }
}

function checkRecipients(recipients: readonly MemberKey[]): void {
  if (recipients.length === 0)
    throw new CeremonyError('DER_INVALID', 'envelope without a recipient, expected at least one certificate');
  const seen = new Set<string>();
  for (const { certificate, keyIdentifier } of recipients) {
    const name = hexOf(keyIdentifier);
    if (seen.has(name))
      throw new CeremonyError('DER_INVALID', `two recipients with the key identifier "${name}", expected each once`);
    seen.add(name);
    const [problem] = checkPublicKey(certificate.spki);
    if (problem !== undefined) throw new CeremonyError('DER_INVALID', `recipient "${name}": ${problem}`);
  }
}

function wrapFor({ certificate, suite, keyIdentifier }: MemberKey, key: Uint8Array, random: RandomBytes): Recipient {
  if (suite.curve === undefined || suite.keyAgreement === undefined) {
    const publicKey = createPublicKey({ key: Buffer.from(certificate.spki.der), format: 'der', type: 'spki' });
    const options = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return { kind: 'oaep', keyIdentifier, ciphertext: publicEncrypt(options, key) };
  }
  const { point, secret } = agreeOnce(suite.curve, certificate.spki.key, random);
  return {
    kind: 'ecdh',
    keyIdentifier,
    agreement: suite.keyAgreement,
    point,
    wrappedKey: wrapKey(deriveKek(secret, suite), key),
  };
}

export interface EnvelopeRecipient {
  readonly kind: Recipient['kind'];
  /** Lower-case hex of the subject key identifier. */
  readonly keyIdentifier: string;
}

/** What an envelope shows without being opened. */
export interface EnvelopeFacts {
  readonly recipients: readonly EnvelopeRecipient[];
  /** Bytes of the encrypted content: the plaintext and 1 to 16 more. */
  readonly contentBytes: number;
  readonly bytes: number;
}

/** Larger than any envelope of ours: a share has less than a kilobyte, a person a few tokens. */
const MAX_BYTES = 256 * 1024;

/**
 * Reads an envelope from outside, so that callers refuse one with foreign recipients before they open it.
 * @throws CeremonyError DER_INVALID for everything but the form that `sealEnvelope` writes
 */
export function readEnvelope(der: Uint8Array): EnvelopeFacts {
  const { recipients, content } = parse(der);
  return { recipients: recipients.map(describe), contentBytes: content.length, bytes: der.length };
}

function describe(recipient: Recipient): EnvelopeRecipient {
  return { kind: recipient.kind, keyIdentifier: hexOf(recipient.keyIdentifier) };
}

interface Envelope {
  readonly recipients: readonly Recipient[];
  readonly iv: Uint8Array;
  readonly content: Uint8Array;
}

function parse(der: Uint8Array): Envelope {
  const info = enter(readDer(der, 'envelope', { maxBytes: MAX_BYTES }), 'ContentInfo');
  expectOid(oidOf(take(info, TAG.oid, 'contentType'), 'contentType'), OID.envelopedData, 'contentType');
  const wrapper = enter(take(info, contextConstructed(0), 'content'), 'content', contextConstructed(0));
  finish(info, 'ContentInfo');
  const node = take(wrapper, TAG.sequence, 'EnvelopedData');
  const data = enter(node, 'EnvelopedData');
  finish(wrapper, 'content');
  expectVersion(take(data, TAG.integer, 'EnvelopedData version'), 2, 'EnvelopedData version');
  const recipients = setOf(take(data, TAG.set, 'recipientInfos'), 'recipientInfos').map(readRecipient);
  if (recipients.length === 0) refuse(node.source, node.at, 'expected at least one recipient');
  const names = recipients.map((recipient) => hexOf(recipient.keyIdentifier));
  if (new Set(names).size !== names.length) refuse(node.source, node.at, 'expected each recipient once');
  const encrypted = enter(take(data, TAG.sequence, 'encryptedContentInfo'), 'encryptedContentInfo');
  finish(data, 'EnvelopedData, which has no unprotected attributes');
  expectOid(oidOf(take(encrypted, TAG.oid, 'contentType'), 'contentType'), OID.data, 'contentType');
  const algorithm = enter(take(encrypted, TAG.sequence, 'contentEncryptionAlgorithm'), 'contentEncryptionAlgorithm');
  expectOid(oidOf(take(algorithm, TAG.oid, 'cipher'), 'cipher'), OID.aes256Cbc, 'cipher AES-256-CBC');
  const ivNode = take(algorithm, TAG.octetString, 'initialisation vector');
  const iv = contentOf(ivNode);
  if (iv.length !== IV_BYTES)
    refuse(ivNode.source, ivNode.at, `expected ${IV_BYTES} bytes of initialisation vector, found ${iv.length}`);
  finish(algorithm, 'contentEncryptionAlgorithm');
  const contentNode = take(encrypted, contextPrimitive(0), 'encryptedContent');
  const content = contentOf(contentNode);
  if (content.length === 0 || content.length % 16 !== 0) {
    refuse(
      contentNode.source,
      contentNode.at,
      `expected encrypted content in blocks of 16 bytes, found ${content.length} bytes`,
    );
  }
  finish(encrypted, 'encryptedContentInfo');
  return { recipients, iv, content };
}

function expectOid(found: string, expected: string, what: string): void {
  if (found !== expected)
    throw new CeremonyError('DER_INVALID', `envelope: expected ${what} (${expected}), found ${found}`);
}

/** What only the recipient's token can do. Each result is zeroed by `openEnvelope`. */
export interface OpeningKey {
  /** DER of the certificate whose key the token holds. */
  readonly recipientCertificate: Uint8Array;
  /** The shared x coordinate, without a KDF, for an ephemeral SubjectPublicKeyInfo. */
  readonly ecdh?: (ephemeralSpki: Uint8Array) => Promise<Uint8Array>;
  /** RSAES-OAEP decryption with SHA-1 and MGF1-SHA-1: by the token, or by `undoOaep` of what it decrypts raw. */
  readonly oaep?: (ciphertext: Uint8Array) => Promise<Uint8Array>;
}

export interface OpenedEnvelope {
  /** A secret: the caller zeroes it. Nothing shows that it is what was sealed but the caller's own record. */
  readonly plaintext: Buffer;
  readonly recipients: readonly EnvelopeRecipient[];
}

/** No answer to a ciphertext, and people must know it: that the token has gone, or that it took no PIN. */
const NO_ANSWER: readonly ErrorCode[] = [
  'PIN_INCORRECT',
  'PIN_LOCKED',
  'PIN_LENGTH',
  'TOKEN_MISSING',
  'HSM_REMOVED',
  'HSM_DEVICE_ERROR',
  'HSM_SESSION_LOST',
  'TOKEN_PROCESS_DIED',
  'TOKEN_PROCESS_TIMEOUT',
  'TOKEN_PROCESS_ENDED',
];

/**
 * Opens an envelope with the token of one of its recipients.
 * @throws CeremonyError SHARE_OPEN_FAILED with one message for every reason, so that the answers of a token are no
 *   oracle; what the callbacks throw when the token is gone, or took no PIN, passes through
 */
export async function openEnvelope(der: Uint8Array, key: OpeningKey): Promise<OpenedEnvelope> {
  try {
    const envelope = parse(der);
    const contentKey = await unwrapFor(envelope, key);
    return { plaintext: decrypt(envelope, contentKey), recipients: envelope.recipients.map(describe) };
  } catch (error) {
    if (error instanceof CeremonyError && NO_ANSWER.includes(error.code)) throw error;
    throw new CeremonyError('SHARE_OPEN_FAILED', 'the envelope could not be opened with this token');
  }
}

async function unwrapFor(envelope: Envelope, key: OpeningKey): Promise<Uint8Array> {
  const { certificate, suite, keyIdentifier } = readMemberKey(key.recipientCertificate, 'open');
  const mine = envelope.recipients.find((recipient) => sameBytes(recipient.keyIdentifier, keyIdentifier));
  if (mine?.kind === 'oaep' && key.oaep) return key.oaep(mine.ciphertext);
  if (mine?.kind === 'ecdh' && key.ecdh && mine.agreement === suite.keyAgreement) {
    const ephemeral = ephemeralSpki(certificate.spki.algorithm.der, mine.point);
    // A point off the curve would let the token's answers tell about its key (SP 800-56A §5.6.2.3).
    if (checkPublicKey(parseSpki(ephemeral)).length > 0) throw new RangeError('ephemeral key');
    return unwrapKey(deriveKek(await key.ecdh(ephemeral), suite), mine.wrappedKey);
  }
  throw new RangeError('no such recipient');
}

/** The content key is zeroed. */
function decrypt({ iv, content }: Envelope, contentKey: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  try {
    const decipher = createDecipheriv('aes-256-cbc', contentKey, iv);
    parts.push(decipher.update(content));
    parts.push(decipher.final());
    return Buffer.concat(parts);
  } finally {
    contentKey.fill(0);
    for (const part of parts) part.fill(0);
  }
}
