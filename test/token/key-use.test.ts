import assert from 'node:assert/strict';
import {
  constants,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  verify,
} from 'node:crypto';
import { after, before, test } from 'node:test';
import { undoOaep } from '../../src/cms/oaep.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { type FaultyHsm, makeFaultyHsm, makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import {
  activeToken,
  der,
  generate,
  privateTemplate,
  publicTemplate,
  refusal,
  startOn,
  USER_PIN,
} from './token-fixture.ts';

let hsm: FaultyHsm;
let process: TokenProcess;
let token: { readonly serial: string };

before(async () => {
  hsm = makeFaultyHsm();
  process = await startOn(hsm);
  token = await activeToken(process, 'use');
});
after(async () => {
  await process.end();
  hsm.remove();
});

const PAYLOAD = Buffer.from('payload');

function keyOf(spki: string) {
  return createPublicKey({ key: der(spki), format: 'der', type: 'spki' });
}

for (const [algorithm, namedCurve, id] of [
  ['ecdsa-p256', 'P-256', '01'],
  ['ecdsa-p384', 'P-384', '02'],
] as const) {
  test(`ECDH on ${namedCurve} gives the shared secret that node:crypto gives, and leaves nothing on the token`, async () => {
    const ours = await generate(process, token, algorithm, `ecdh ${namedCurve}`, id, { DERIVE: true, SIGN: false });
    const before = await process.inventory(token);
    for (let round = 0; round < 4; round++) {
      const peer = generateKeyPairSync('ec', { namedCurve });
      const peerSpki = peer.publicKey.export({ format: 'der', type: 'spki' });
      const calls = hsm.calls().length;
      const secret = await process.ecdh(token, der(ours.spki), peerSpki);
      assert.deepEqual(hsm.calls().slice(calls), ['C_DestroyObject rv=0']);
      assert.deepEqual(secret, diffieHellman({ privateKey: peer.privateKey, publicKey: keyOf(ours.spki) }));
    }
    assert.deepEqual(await process.inventory(token), before);
  });
}

test('ECDH refuses a peer on another curve, off the curve, or of another kind', async () => {
  const ours = await generate(process, token, 'ecdsa-p256', 'ecdh refusals', '03', { DERIVE: true });
  const spkiOf = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' });
  await assert.rejects(
    process.ecdh(token, der(ours.spki), spkiOf('P-384')),
    refusal('PKCS11_ARGUMENT', 'ECDH needs two keys on the same curve'),
  );
  const off = spkiOf('P-256');
  off[off.length - 1]! ^= 1;
  await assert.rejects(
    process.ecdh(token, der(ours.spki), off),
    refusal('PKCS11_ARGUMENT', /^"peer" is not the SubjectPublicKeyInfo/),
  );
});

test('RSA-OAEP with SHA-1 decrypts what node:crypto encrypted; SoftHSM has no SHA-256 there and says so', async () => {
  const { spki } = await generate(process, token, 'rsa-2048', 'oaep', '04', { DECRYPT: true });
  const encrypt = (oaepHash: string, plaintext: Buffer) =>
    publicEncrypt({ key: keyOf(spki), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plaintext);
  for (const plaintext of [Buffer.alloc(32, 7), Buffer.from('x'), Buffer.alloc(214, 1)]) {
    assert.deepEqual(await process.rsaOaepDecrypt(token, der(spki), 'sha1', encrypt('sha1', plaintext)), plaintext);
  }
  await assert.rejects(
    process.rsaOaepDecrypt(token, der(spki), 'sha256', encrypt('sha256', Buffer.from('x'))),
    refusal('PKCS11_ERROR', `C_DecryptInit on token "${token.serial}" returned CKR_ARGUMENTS_BAD (7)`),
  );
  const flipped = encrypt('sha1', Buffer.from('x'));
  flipped[40]! ^= 1;
  await assert.rejects(
    process.rsaOaepDecrypt(token, der(spki), 'sha1', flipped),
    refusal('PKCS11_ERROR', /^C_Decrypt on token /),
  );
  // The operation that failed is gone: the next one works.
  assert.deepEqual(await process.rsaOaepDecrypt(token, der(spki), 'sha1', encrypt('sha1', PAYLOAD)), PAYLOAD);
});

test('raw RSA leaves the padding in, as long as the modulus, and OAEP can be undone from it', async () => {
  const { spki } = await generate(process, token, 'rsa-2048', 'raw', '07', { DECRYPT: true });
  const contentKey = randomBytes(32);
  const ciphertext = publicEncrypt({ key: keyOf(spki), oaepHash: 'sha1' }, contentKey);
  const encoded = await process.rsaRawDecrypt(token, der(spki), ciphertext);
  assert.equal(encoded.length, 256);
  assert.equal(encoded[0], 0);
  assert.deepEqual(undoOaep(encoded, 32), contentKey);
  // A number that is small has as many octets as any other.
  const small = Buffer.alloc(256);
  small[255] = 9;
  const sealed = publicEncrypt({ key: keyOf(spki), padding: constants.RSA_NO_PADDING }, small);
  assert.deepEqual(await process.rsaRawDecrypt(token, der(spki), sealed), small);
});

test('a key that asks for its PIN at each use gets it between the start and the end of the operation', async () => {
  const more = { ALWAYS_AUTHENTICATE: true, DECRYPT: true };
  const pair = await process.generateKeyPair(
    token,
    'rsa-2048',
    publicTemplate('asks', '05', { ENCRYPT: true }),
    privateTemplate('asks', '05', more),
  );
  assert.equal(pair.private.ALWAYS_AUTHENTICATE, true);
  const sign = (pin?: Buffer | null) => process.sign(token, der(pair.spki), 'rsa-pkcs1-sha256', PAYLOAD, pin);
  const before = hsm.calls().length;
  assert.ok(verify('sha256', PAYLOAD, keyOf(pair.spki), await sign(USER_PIN)));
  assert.deepEqual(hsm.calls().slice(before), [`C_Login user=2 pin=${USER_PIN.length} rv=0`, 'C_Sign rv=0']);
  await assert.rejects(
    sign(),
    refusal('PKCS11_ARGUMENT', `the key on token "${token.serial}" asks for its PIN at each use; none was given`),
  );
  assert.equal(hsm.calls().length, before + 2);
  await assert.rejects(sign(Buffer.from('wrong')), refusal('PIN_INCORRECT', /^C_Login on token /));
  await assert.rejects(sign(null), refusal('PKCS11_ERROR', /^C_Login on token ".*" returned CKR_ARGUMENTS_BAD/));
  assert.ok(verify('sha256', PAYLOAD, keyOf(pair.spki), await sign(USER_PIN)));
  const ciphertext = publicEncrypt({ key: keyOf(pair.spki), oaepHash: 'sha1' }, PAYLOAD);
  assert.deepEqual(await process.rsaOaepDecrypt(token, der(pair.spki), 'sha1', ciphertext, USER_PIN), PAYLOAD);
  assert.equal((await process.rsaRawDecrypt(token, der(pair.spki), ciphertext, USER_PIN)).length, 256);
});

test('a PIN for a key that does not ask for one is not tried', async () => {
  const { spki } = await generate(process, token, 'ecdsa-p256', 'does not ask', '06');
  const before = hsm.calls().length;
  const signature = await process.sign(token, der(spki), 'ecdsa-sha256', PAYLOAD, Buffer.from('wrong'));
  assert.ok(verify('sha256', PAYLOAD, keyOf(spki), signature));
  assert.deepEqual(hsm.calls().slice(before), ['C_Sign rv=0']);
});

test('a module without the hashing RSA mechanisms gets a DigestInfo to sign', async () => {
  const poor: SoftHsm = makeSoftHsm('CKM_RSA_PKCS,CKM_RSA_PKCS_KEY_PAIR_GEN');
  const other = await startOn(poor);
  try {
    const where = await activeToken(other, 'poor');
    const names = (await other.mechanisms(where)).map(({ name }) => name);
    assert.deepEqual(names, ['CKM_RSA_PKCS', 'CKM_RSA_PKCS_KEY_PAIR_GEN']);
    const { spki } = await generate(other, where, 'rsa-2048', 'k', '01');
    for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
      const signature = await other.sign(where, der(spki), `rsa-pkcs1-${hash}`, PAYLOAD);
      assert.ok(verify(hash, PAYLOAD, keyOf(spki), signature), hash);
    }
  } finally {
    await other.end();
    poor.remove();
  }
});

test('a module that hashes for ECDSA gets the payload itself', async () => {
  const rich = makeFaultyHsm({ ecdsaSha: true });
  const other = await startOn(rich);
  try {
    const where = await activeToken(other, 'rich');
    const { spki } = await generate(other, where, 'ecdsa-p256', 'k', '01');
    const signature = await other.sign(where, der(spki), 'ecdsa-sha256', PAYLOAD);
    assert.ok(verify('sha256', PAYLOAD, keyOf(spki), signature));
    assert.equal(rich.calls().at(-1), 'C_Sign hashed by the module rv=0');
    // It has no CKM_ECDSA_SHA384: that digest is made here.
    assert.ok(verify('sha384', PAYLOAD, keyOf(spki), await other.sign(where, der(spki), 'ecdsa-sha384', PAYLOAD)));
    assert.equal(rich.calls().at(-1), 'C_Sign rv=0');
  } finally {
    await other.end();
    rich.remove();
  }
});
