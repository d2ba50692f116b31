import assert from 'node:assert/strict';
import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { test } from 'node:test';
import { undoOaep } from '../../src/cms/oaep.ts';

const BITS = [2048, 2056, 3072];

/** The raw private operation (RFC 8017 §5.1.2): the padding is still there, as CKM_RSA_X_509 leaves it. */
function pairOf(modulusLength: number) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const seal = (message: Uint8Array, oaepLabel?: Buffer, oaepHash = 'sha1') =>
    publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash, ...(oaepLabel ? { oaepLabel } : {}) },
      message,
    );
  const raw = (ciphertext: Buffer) =>
    privateDecrypt(
      { key: createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })), padding: constants.RSA_NO_PADDING },
      ciphertext,
    );
  return { seal, raw };
}

for (const bits of BITS) {
  test(`what node:crypto pads for ${bits} bits is undone, and the padded bytes are zeroed`, () => {
    const { seal, raw } = pairOf(bits);
    for (let round = 0; round < 8; round++) {
      const key = randomBytes(32);
      const encoded = raw(seal(key));
      assert.deepEqual(undoOaep(encoded, 32), key);
      assert.ok(encoded.every((octet) => octet === 0));
    }
  });
}

test('every fault has one refusal, and the padded bytes are zeroed then too', () => {
  const { seal, raw } = pairOf(2048);
  const refused = (encoded: Buffer, what: string) => {
    assert.throws(() => undoOaep(encoded, 32), { name: 'RangeError', message: 'decryption error' }, what);
    assert.ok(
      encoded.every((octet) => octet === 0),
      what,
    );
  };
  const key = randomBytes(32);
  const sound = raw(seal(key));
  for (const at of [0, 1, 20, 21, 40, 41, 100, sound.length - 34, sound.length - 33]) {
    const altered = Buffer.from(sound);
    altered[at]! ^= 1;
    refused(altered, `octet ${at}`);
  }
  refused(raw(seal(randomBytes(31))), 'a shorter message');
  refused(raw(seal(randomBytes(33))), 'a longer message');
  refused(raw(seal(key, Buffer.from('label'))), 'another label');
  refused(raw(seal(key, undefined, 'sha256')), 'another digest');
  refused(Buffer.alloc(73, 1), 'too short for any message of that length');
  refused(randomBytes(256), 'noise');
  assert.deepEqual(undoOaep(sound, 32), key);
});
