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
import { CeremonyError } from '../../src/base/errors.ts';
import { contentKeyByRsa } from '../../src/guard/card-opening.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
const CONTENT_KEY = randomBytes(32);
const SEALED = publicEncrypt({ key: publicKey, oaepHash: 'sha1' }, CONTENT_KEY);

/** A card that answers as told to OAEP, and by itself to raw RSA. */
function card(oaep: () => Promise<Buffer>) {
  const asked: string[] = [];
  return {
    asked,
    key: {
      oaep: async () => {
        asked.push('oaep');
        return await oaep();
      },
      raw: async () => {
        asked.push('raw');
        return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, SEALED);
      },
    },
  };
}

function refusedAs(name: string, call: string): () => Promise<Buffer> {
  return () =>
    Promise.reject(new CeremonyError('PKCS11_ERROR', `${call} returned ${name}`, { details: { name, call } }));
}

test('a card without OAEP is asked for the raw operation alone', async () => {
  const { key: one, asked } = card(() => Promise.reject(new Error('not to be asked')));
  assert.deepEqual(await contentKeyByRsa(one, false), CONTENT_KEY);
  assert.deepEqual(asked, ['raw']);
});

test('a card that does OAEP is asked for that alone', async () => {
  const { key: one, asked } = card(async () => Buffer.from(CONTENT_KEY));
  assert.deepEqual(await contentKeyByRsa(one, true), CONTENT_KEY);
  assert.deepEqual(asked, ['oaep']);
});

for (const [name, call] of [
  ['CKR_MECHANISM_INVALID', 'C_DecryptInit'],
  ['CKR_MECHANISM_PARAM_INVALID', 'C_DecryptInit'],
  ['CKR_ARGUMENTS_BAD', 'C_DecryptInit'],
  ['CKR_MECHANISM_PARAM_INVALID', 'C_Decrypt'],
] as const) {
  test(`a card that lists OAEP and answers ${name} to ${call} is asked for the raw operation`, async () => {
    const { key: one, asked } = card(refusedAs(name, call));
    assert.deepEqual(await contentKeyByRsa(one, true), CONTENT_KEY);
    assert.deepEqual(asked, ['oaep', 'raw']);
  });
}

for (const [name, call] of [
  ['CKR_ARGUMENTS_BAD', 'C_Decrypt'],
  ['CKR_ENCRYPTED_DATA_INVALID', 'C_Decrypt'],
  ['CKR_PIN_INCORRECT', 'C_Login'],
] as const) {
  test(`${name} of ${call} is an answer, and the card is asked nothing more`, async () => {
    const { key: one, asked } = card(refusedAs(name, call));
    await assert.rejects(contentKeyByRsa(one, true), { message: `${call} returned ${name}` });
    assert.deepEqual(asked, ['oaep']);
  });
}
