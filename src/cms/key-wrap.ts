import { createCipheriv, createDecipheriv, createECDH, createHash } from 'node:crypto';
import { secretBytes } from '../base/secret-bytes.ts';
import { OID } from '../der/oid.ts';
import { compareBytes } from '../der/reader.ts';
import { explicit, octetString, oid, sequence } from '../der/writer.ts';
import type { KeySuite } from './algorithms.ts';

/** The one source of unpredictable bytes that sealing takes. */
export interface RandomBytes {
  bytes(length: number): Uint8Array;
}

const KEK_BYTES = 32;

/** id-aes256-wrap, parameters absent (RFC 3565 §2.3.2). */
export const AES256_WRAP = sequence(oid(OID.aes256Wrap));

/**
 * The key-encryption key of ephemeral-static ECDH: X9.63 KDF (SEC 1 §3.6.1) over ECC-CMS-SharedInfo without user
 * keying material (RFC 5753 §7.2). One digest gives at least 32 bytes, so there is a single round.
 * The shared secret is zeroed.
 */
export function deriveKek(sharedSecret: Uint8Array, suite: KeySuite): Buffer {
  const bits = Buffer.alloc(4);
  bits.writeUInt32BE(KEK_BYTES * 8);
  const counter = Uint8Array.of(0, 0, 0, 1);
  const digest = createHash(suite.digest)
    .update(sharedSecret)
    .update(counter)
    .update(sequence(AES256_WRAP, explicit(2, octetString(bits))))
    .digest();
  sharedSecret.fill(0);
  const kek = secretBytes(KEK_BYTES);
  digest.copy(kek, 0, 0, KEK_BYTES);
  digest.fill(0);
  return kek;
}

/** RFC 3394 §2.2.3.1 */
const DEFAULT_IV = Buffer.alloc(8, 0xa6);

/** RFC 3394; the key-encryption key is zeroed. */
export function wrapKey(kek: Buffer, key: Uint8Array): Buffer {
  try {
    const cipher = createCipheriv('id-aes256-wrap', kek, DEFAULT_IV);
    return Buffer.concat([cipher.update(key), cipher.final()]);
  } finally {
    kek.fill(0);
  }
}

/** RFC 3394; the key-encryption key is zeroed. @throws Error where the integrity check fails */
export function unwrapKey(kek: Buffer, wrapped: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('id-aes256-wrap', kek, DEFAULT_IV);
    // The whole key comes from one update, which checks it: nothing of a failed one is left.
    const key = decipher.update(wrapped);
    decipher.final();
    return key;
  } finally {
    kek.fill(0);
  }
}

/** Orders of the groups: SP 800-186 §3.2.1. */
const ORDERS = {
  prime256v1: Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex'),
  secp384r1: Buffer.from(
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    'hex',
  ),
} as const;

/** Enough that a fair source never uses them up: a candidate fails with less than 2^-32. */
const MAX_CANDIDATES = 16;

/**
 * One use of an ephemeral key: its public point, and the shared secret with the recipient's point.
 * The scalar is a random one below the order, by rejection (SP 800-56A §5.6.1.2.2), and zeroed.
 */
export function agreeOnce(
  curve: 'prime256v1' | 'secp384r1',
  recipientPoint: Uint8Array,
  random: RandomBytes,
): { point: Buffer; secret: Buffer } {
  const order = ORDERS[curve];
  for (let i = 0; i < MAX_CANDIDATES; i++) {
    const scalar = random.bytes(order.length);
    try {
      if (compareBytes(scalar, order) >= 0 || scalar.every((octet) => octet === 0)) continue;
      const ecdh = createECDH(curve);
      ecdh.setPrivateKey(scalar);
      return { point: ecdh.getPublicKey(), secret: ecdh.computeSecret(recipientPoint) };
    } finally {
      scalar.fill(0);
    }
  }
  throw new RangeError(`the random source gave no number below the order of ${curve} in ${MAX_CANDIDATES} tries`);
}
