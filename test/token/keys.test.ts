import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { TokenProcess } from '../../src/token/client.ts';
import type { KeyAlgorithm, KeyTemplate, SignatureAlgorithm } from '../../src/token/replies.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
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

let hsm: SoftHsm;
let process: TokenProcess;
let token: { readonly serial: string };

before(async () => {
  hsm = makeSoftHsm();
  process = await startOn(hsm);
  token = await activeToken(process, 'keys');
});
after(async () => {
  await process.end();
  hsm.remove();
});

const PAYLOAD = Buffer.from('the payload, not its digest');

function verifies(spki: string, algorithm: SignatureAlgorithm, signature: Buffer): boolean {
  const hash = algorithm === 'ed25519' ? null : algorithm.slice(algorithm.lastIndexOf('-') + 1);
  return verify(hash, PAYLOAD, createPublicKey({ key: der(spki), format: 'der', type: 'spki' }), signature);
}

const ALGORITHMS: Readonly<
  Record<
    KeyAlgorithm,
    { readonly spki: string; readonly mechanism: string; readonly signs: readonly SignatureAlgorithm[] }
  >
> = {
  'ecdsa-p256': {
    spki: '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
    mechanism: 'CKM_EC_KEY_PAIR_GEN',
    signs: ['ecdsa-sha256', 'ecdsa-sha384'],
  },
  'ecdsa-p384': {
    spki: '3076301006072a8648ce3d020106052b8104002203620004',
    mechanism: 'CKM_EC_KEY_PAIR_GEN',
    signs: ['ecdsa-sha384', 'ecdsa-sha256'],
  },
  'ecdsa-p521': {
    spki: '30819b301006072a8648ce3d020106052b810400230381860004',
    mechanism: 'CKM_EC_KEY_PAIR_GEN',
    signs: ['ecdsa-sha512'],
  },
  ed25519: {
    spki: '302a300506032b6570032100',
    mechanism: 'CKM_EC_EDWARDS_KEY_PAIR_GEN',
    signs: ['ed25519'],
  },
  'rsa-2048': {
    spki: '30820122300d06092a864886f70d01010105000382010f003082010a0282010100',
    mechanism: 'CKM_RSA_PKCS_KEY_PAIR_GEN',
    signs: ['rsa-pkcs1-sha256', 'rsa-pkcs1-sha384', 'rsa-pkcs1-sha512'],
  },
  'rsa-3072': {
    spki: '308201a2300d06092a864886f70d01010105000382018f003082018a0282018100',
    mechanism: 'CKM_RSA_PKCS_KEY_PAIR_GEN',
    signs: ['rsa-pkcs1-sha256'],
  },
  'rsa-4096': {
    spki: '30820222300d06092a864886f70d01010105000382020f003082020a0282020100',
    mechanism: 'CKM_RSA_PKCS_KEY_PAIR_GEN',
    signs: ['rsa-pkcs1-sha512'],
  },
};

function keyType(algorithm: string): string {
  if (algorithm === 'ed25519') return 'CKK_EC_EDWARDS';
  return algorithm.startsWith('rsa') ? 'CKK_RSA' : 'CKK_EC';
}

for (const [index, [algorithm, expected]] of Object.entries(ALGORITHMS).entries()) {
  test(`${algorithm}: generated, read back, and its signatures verify in node:crypto`, async () => {
    const id = `a${index}`;
    const pair = await generate(process, token, algorithm as KeyAlgorithm, algorithm, id);
    assert.equal(
      der(pair.spki)
        .subarray(0, expected.spki.length / 2)
        .toString('hex'),
      expected.spki,
    );
    assert.equal(pair.spkiSha256, createHash('sha256').update(der(pair.spki)).digest('hex'));
    assert.equal(pair.mechanism, expected.mechanism);
    assert.deepEqual(pair.unreported, { public: [], private: [] });
    for (const [name, value] of Object.entries({
      ...privateTemplate(algorithm, id),
      ALWAYS_SENSITIVE: true,
      NEVER_EXTRACTABLE: true,
      LOCAL: true,
      KEY_TYPE: keyType(algorithm),
      KEY_GEN_MECHANISM: expected.mechanism,
    })) {
      assert.equal(pair.private[name], value, name);
    }
    for (const [name, value] of Object.entries(publicTemplate(algorithm, id)))
      assert.equal(pair.public[name], value, name);
    for (const signature of expected.signs) {
      const made = await process.sign(token, der(pair.spki), signature, PAYLOAD);
      assert.ok(verifies(pair.spki, signature, made), signature);
      const other = Buffer.concat([PAYLOAD, Buffer.of(0)]);
      assert.ok(!verifies(pair.spki, signature, await process.sign(token, der(pair.spki), signature, other)));
    }
    const wrong = algorithm.startsWith('rsa') ? 'ecdsa-sha256' : 'rsa-pkcs1-sha256';
    await assert.rejects(
      process.sign(token, der(pair.spki), wrong, PAYLOAD),
      refusal('PKCS11_ARGUMENT', /^algorithm ".*" does not fit a key of type "(ec|edwards|rsa)"$/),
    );
  });
}

test('flags are set as asked, both ways', async () => {
  const asked: KeyTemplate = {
    SIGN: false,
    DERIVE: true,
    DECRYPT: false,
    UNWRAP: false,
    MODIFIABLE: false,
    SIGN_RECOVER: false,
  };
  const askedPublic: KeyTemplate = {
    VERIFY: false,
    DERIVE: true,
    ENCRYPT: false,
    WRAP: false,
    VERIFY_RECOVER: false,
    COPYABLE: false,
  };
  const pair = await process.generateKeyPair(
    token,
    'ecdsa-p256',
    publicTemplate('flags', 'f1', askedPublic),
    privateTemplate('flags', 'f1', asked),
  );
  for (const [name, value] of Object.entries(asked)) assert.equal(pair.private[name], value, name);
  for (const [name, value] of Object.entries(askedPublic)) assert.equal(pair.public[name], value, name);
});

test('a label or an id that any object has is not given twice', async () => {
  const { spki } = await generate(process, token, 'ecdsa-p256', 'taken', 'b1');
  await assert.rejects(
    generate(process, token, 'ecdsa-p256', 'taken', 'b2'),
    refusal(
      'HSM_OBJECT_EXISTS',
      new RegExp(`^a (private|public)-key labelled "taken" is on token "${token.serial}" already$`),
    ),
  );
  await assert.rejects(
    generate(process, token, 'ecdsa-p256', 'free', 'b1'),
    refusal(
      'HSM_OBJECT_EXISTS',
      new RegExp(`^a (private|public)-key with id "b1" is on token "${token.serial}" already$`),
    ),
  );
  // The private half alone is in the way, too.
  await process.destroy(token, 'public-key', 'taken', 'b1');
  await assert.rejects(
    generate(process, token, 'ecdsa-p256', 'taken', 'b2'),
    refusal('HSM_OBJECT_EXISTS', /^a private-key labelled/),
  );
  assert.equal((await process.inventory(token)).filter(({ label }) => label === 'taken').length, 1);
  await assert.rejects(
    process.findKey(token, der(spki)),
    refusal('HSM_OBJECT_MISSING', /^0 key ids on token ".*" for the public key [0-9a-f]{64}, exactly 1 was expected$/),
  );
});

test('a key is found by its public key, and not found twice', async () => {
  const pair = await generate(process, token, 'ecdsa-p384', 'find me', 'c1');
  const found = await process.findKey(token, der(pair.spki));
  assert.deepEqual([found.label, found.id], ['find me', 'c1']);
  assert.deepEqual(found.private.attributes, pair.private);
  assert.deepEqual([found.public?.attributes, found.public?.spki], [pair.public, pair.spki]);
  await process.destroy(token, 'private-key', 'find me', 'c1');
  await assert.rejects(
    process.sign(token, der(pair.spki), 'ecdsa-sha384', PAYLOAD),
    refusal(
      'HSM_OBJECT_MISSING',
      /^0 private keys on token ".*" for the public key [0-9a-f]{64}, exactly 1 was expected$/,
    ),
  );
});

test('an RSA key is found by its private half where no public one is shown', async () => {
  const pair = await generate(process, token, 'rsa-2048', 'half', 'c2');
  await process.destroy(token, 'public-key', 'half', 'c2');
  const found = await process.findKey(token, der(pair.spki));
  assert.deepEqual([found.label, found.id, found.public], ['half', 'c2', null]);
  assert.ok(
    verifies(pair.spki, 'rsa-pkcs1-sha256', await process.sign(token, der(pair.spki), 'rsa-pkcs1-sha256', PAYLOAD)),
  );
});

test('only one object is ever destroyed, and only the one that is meant', async () => {
  await generate(process, token, 'ecdsa-p256', 'short-lived', 'd1');
  const destroy = (kind: string, id: string | null) => process.destroy(token, kind, 'short-lived', id);
  await assert.rejects(
    destroy('private-key', 'd2'),
    refusal(
      'HSM_OBJECT_MISSING',
      `0 objects on token "${token.serial}" are private-key "short-lived" with id "d2", exactly 1 was expected`,
    ),
  );
  await assert.rejects(
    destroy('key', 'd1'),
    refusal('PKCS11_ARGUMENT', 'class "key" is unknown, expected for example "private-key"'),
  );
  await destroy('private-key', 'd1');
  const left = (await process.inventory(token)).filter(({ label }) => label === 'short-lived');
  assert.deepEqual(
    left.map((object) => object.class),
    ['public-key'],
  );
});

test('an inventory shows the public objects before login and all of them after, in one order', async () => {
  const other = await activeToken(process, 'inventory');
  await generate(process, other, 'rsa-2048', 'b', '02');
  await generate(process, other, 'ecdsa-p256', 'a', '01');
  const active = await process.inventory(other);
  const summary = (objects: typeof active) => objects.map((object) => `${object.class} ${object.label} ${object.id}`);
  assert.deepEqual(summary(active), ['private-key a 01', 'private-key b 02', 'public-key a 01', 'public-key b 02']);
  assert.deepEqual(await process.inventory(other), active);
  const rsa = active.find((object) => object.class === 'public-key' && object.label === 'b');
  assert.equal(rsa?.attributes.MODULUS_BITS, 2048);
  assert.equal(
    rsa?.spkiSha256,
    createHash('sha256')
      .update(der(rsa?.spki ?? ''))
      .digest('hex'),
  );
  assert.equal(rsa?.attributes.KEY_TYPE, 'CKK_RSA');
  await process.logout(other);
  assert.deepEqual(summary(await process.inventory(other)), ['public-key a 01', 'public-key b 02']);
  await process.login(other, 'user', USER_PIN);
  assert.deepEqual(await process.inventory(other), active);
  await process.logout(other);
});

test('templates: a closed list of names, each with its type, and one label and id for both halves', async () => {
  const attempt = (publicMore: object, privateMore: object) =>
    process.generateKeyPair(
      token,
      'ecdsa-p256',
      { ...publicTemplate('t', 'e1'), ...publicMore },
      { ...privateTemplate('t', 'e1'), ...privateMore },
    );
  const table: readonly (readonly [object, object, string])[] = [
    [{}, { VALUE: 'ff' }, 'the private template has an unknown member "VALUE"'],
    [{ SIGN: true }, {}, 'the public template has an unknown member "SIGN"'],
    [{}, { SIGN: 'yes' }, 'the private template "SIGN" is not true or false'],
    [{}, { SIGN: {} }, 'the private template "SIGN" is not true or false'],
    [{}, { ID: 'xyz' }, 'the private template "ID" is "xyz", expected /^([0-9a-f]{2}){1,64}$/'],
    [{}, { LABEL: 7 }, 'the private template "LABEL" is not a string'],
    [{}, { LABEL: 'other' }, 'the two templates differ in LABEL or ID, by which the halves are found'],
    [{ ID: 'e2' }, {}, 'the two templates differ in LABEL or ID, by which the halves are found'],
  ];
  for (const [publicMore, privateMore, message] of table) {
    await assert.rejects(attempt(publicMore, privateMore), refusal('PKCS11_ARGUMENT', message));
  }
  assert.equal((await process.inventory(token)).filter(({ label }) => label === 't').length, 0);
});
