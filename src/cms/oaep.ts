import { createHash } from 'node:crypto';
import { secretBytes } from '../base/secret-bytes.ts';

/** SHA-1, as the profile of the envelopes has it: in the digest of the label, and in MGF1. */
const HASH_BYTES = 20;

/** SHA-1 of the label, which is empty (RFC 8017 §A.2.1, pSpecifiedEmpty). */
const LABEL_HASH = createHash('sha1').digest();

/**
 * EME-OAEP decoding (RFC 8017 §7.1.2, step 3) for tokens that decrypt raw and know no OAEP: SHA-1, MGF1-SHA-1, an empty
 * label, and a message whose length is known beforehand.
 *
 * Where everything has its place there is nothing to search: every octet of the padding is looked at whatever the ones
 * before it were, the faults are gathered in one word, and there is one branch at the end. So time tells the one thing
 * that the refusal tells too. It is as far as JavaScript goes: what the engine makes of it is not promised.
 * @param encoded what RSADP gave, as long as the modulus; zeroed
 * @param length of the message, in bytes
 * @returns the message: a secret, the caller zeroes it
 * @throws RangeError with one message for every fault, as §7.1.2 wants it
 */
export function undoOaep(encoded: Uint8Array, length: number): Buffer {
  const message = secretBytes(length);
  let fault = 1;
  try {
    if (encoded.length < 2 + 2 * HASH_BYTES + length) throw new RangeError('decryption error');
    const seed = encoded.subarray(1, 1 + HASH_BYTES);
    const block = encoded.subarray(1 + HASH_BYTES);
    mask(seed, block);
    mask(block, seed);
    const start = block.length - length;
    fault = encoded[0] as number;
    for (let at = 0; at < HASH_BYTES; at++) fault |= (block[at] as number) ^ (LABEL_HASH[at] as number);
    for (let at = HASH_BYTES; at < start - 1; at++) fault |= block[at] as number;
    fault |= (block[start - 1] as number) ^ 0x01;
    message.set(block.subarray(start));
  } finally {
    encoded.fill(0);
    if (fault !== 0) message.fill(0);
  }
  if (fault !== 0) throw new RangeError('decryption error');
  return message;
}

/** XORs MGF1-SHA-1 of `seed` into `target` (RFC 8017 §B.2.1). */
function mask(target: Uint8Array, seed: Uint8Array): void {
  const counter = Buffer.alloc(4);
  for (let at = 0; at < target.length; at += HASH_BYTES) {
    counter.writeUInt32BE(at / HASH_BYTES);
    const digest = createHash('sha1').update(seed).update(counter).digest();
    for (let i = 0; i < HASH_BYTES && at + i < target.length; i++)
      target[at + i] = (target[at + i] as number) ^ (digest[i] as number);
    digest.fill(0);
  }
}
