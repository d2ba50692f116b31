import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, randomBytes, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { KeyAlgorithm, KeyTemplate, SignatureAlgorithm, TokenProcess } from '../../src/token/client.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import {
  der,
  generate,
  prepareToken,
  privateTemplate,
  publicTemplate,
  refusal,
  SO_PIN,
  startOn,
  USER_PIN,
} from './token-fixture.ts';

let hsm: SoftHsm;
let process: TokenProcess;
let token: { readonly serial: string };
let other: { readonly serial: string };
let count = 0;

before(async () => {
  hsm = makeSoftHsm();
  process = await startOn(hsm);
  token = await prepareToken(process, 'first');
  other = await prepareToken(process, 'second');
});
after(async () => {
  await process.end();
  hsm.remove();
});

const WRAPPABLE: KeyTemplate = { EXTRACTABLE: true, WRAP_WITH_TRUSTED: true };
const STATEMENT = Buffer.from('what is signed to show that it is the key');

const RFC_5649 = 'id-aes256-wrap-pad';
/** AIV of RFC 5649 §3 without its length. */
const AIV = Buffer.from('a65959a6', 'hex');

/** Of the value that begins there, its header counted. */
function derLength(der: Buffer): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  return 2 + (first & 0x7f) + der.readUIntBE(2, first & 0x7f);
}

async function asUser<T>(at: { readonly serial: string }, use: () => Promise<T>): Promise<T> {
  await process.login(at, 'user', USER_PIN);
  try {
    return await use();
  } finally {
    await process.logout(at);
  }
}

async function trusted(value: Uint8Array): Promise<{ readonly label: string; readonly id: string }> {
  const name = { label: `kek ${++count}`, id: randomBytes(8).toString('hex') };
  await process.login(token, 'so', SO_PIN);
  await process.importWrappingKey(token, name.label, name.id, value);
  await process.logout(token);
  return name;
}

const CASES: readonly (readonly [KeyAlgorithm, SignatureAlgorithm, string])[] = [
  ['ecdsa-p256', 'ecdsa-sha256', 'sha256'],
  ['ecdsa-p384', 'ecdsa-sha384', 'sha384'],
  ['ecdsa-p521', 'ecdsa-sha512', 'sha512'],
  ['rsa-3072', 'rsa-pkcs1-sha256', 'sha256'],
];

for (const [index, [algorithm, mechanism, hash]] of CASES.entries()) {
  test(`${algorithm}: wrapped under a trusted key as RFC 5649 says, restored on another token, not to be extracted there`, async () => {
    const kek = randomBytes(32);
    const name = await trusted(kek);
    const [label, id] = [`ca ${algorithm}`, `0${index + 1}aa`];
    const { key, wrapped, signature } = await asUser(token, async () => {
      const key = await generate(process, token, algorithm, label, id, WRAPPABLE);
      const { wrapped, mechanism: by } = await process.wrapKey(token, der(key.spki), name);
      assert.equal(by, 'CKM_AES_KEY_WRAP_PAD');
      const signature = await process.signWithWrapped(token, der(key.spki), name, mechanism, wrapped, STATEMENT);
      return { key, wrapped, signature };
    });
    const spki = createPublicKey({ key: der(key.spki), format: 'der', type: 'spki' });
    assert.equal(verify(hash, STATEMENT, spki, signature), true);

    // By other code: what lies in the file is the PKCS #8 of that very key, zeros at its end counted with it.
    const unwrap = createDecipheriv(RFC_5649, kek, AIV);
    const padded = Buffer.concat([unwrap.update(wrapped), unwrap.final()]);
    assert.equal(padded.length % 8, 0);
    const length = derLength(padded);
    assert.deepEqual(padded.subarray(length), Buffer.alloc(padded.length - length));
    const inside = createPrivateKey({ key: padded.subarray(0, length), format: 'der', type: 'pkcs8' });
    assert.deepEqual(createPublicKey(inside).export({ format: 'der', type: 'spki' }), der(key.spki));

    const templates = {
      public: publicTemplate(label, id, { MODIFIABLE: false, ENCRYPT: false, WRAP: false }),
      private: privateTemplate(label, id, { DERIVE: false, COPYABLE: false }),
    };
    await asUser(other, async () => {
      const restored = await process.unwrapKey(other, der(key.spki), kek, wrapped, templates);
      assert.equal(restored.spkiSha256, key.spkiSha256);
      const { EXTRACTABLE, SENSITIVE, NEVER_EXTRACTABLE, LOCAL, SIGN, DERIVE } = restored.private;
      assert.deepEqual(
        { EXTRACTABLE, SENSITIVE, NEVER_EXTRACTABLE, LOCAL, SIGN, DERIVE },
        { EXTRACTABLE: false, SENSITIVE: true, NEVER_EXTRACTABLE: false, LOCAL: false, SIGN: true, DERIVE: false },
      );
    });
    // In another process, as after a ceremony: found by its public key, and it signs.
    const later = await startOn(hsm);
    try {
      await later.login(other, 'user', USER_PIN);
      assert.equal(verify(hash, STATEMENT, spki, await later.sign(other, der(key.spki), mechanism, STATEMENT)), true);
      const objects = await later.inventory(other);
      assert.deepEqual(
        objects
          .filter((object) => object.id === id)
          .map((object) => object.class)
          .sort(),
        ['private-key', 'public-key'],
      );
      assert.equal(objects.filter((object) => object.class === 'secret-key').length, 0, 'no wrapping key stays');
    } finally {
      await later.end();
    }
  });
}

test('the wrapping key is trusted, for wrapping alone, not to be read; the user destroys it, and it is gone', async () => {
  const name = { label: 'kek to go', id: 'ab01' };
  await process.login(token, 'so', SO_PIN);
  const facts = await process.importWrappingKey(token, name.label, name.id, randomBytes(32));
  await process.logout(token);
  const { TRUSTED, SENSITIVE, EXTRACTABLE, WRAP, UNWRAP, ENCRYPT, DECRYPT, PRIVATE, TOKEN } = facts.attributes;
  assert.deepEqual(
    { TRUSTED, SENSITIVE, EXTRACTABLE, WRAP, UNWRAP, ENCRYPT, DECRYPT, PRIVATE, TOKEN },
    {
      ...{ TRUSTED: true, SENSITIVE: true, EXTRACTABLE: false, WRAP: true, UNWRAP: true },
      ...{ ENCRYPT: false, DECRYPT: false, PRIVATE: false, TOKEN: true },
    },
  );
  const isThere = async () => (await process.inventory(token)).some(({ id }) => id === name.id);
  assert.equal(await isThere(), true, 'whoever looks without a login sees it');
  await asUser(token, () => process.destroy(token, 'secret-key', name.label, name.id));
  assert.equal(await isThere(), false);
});

test('the user imports none: only the security officer makes a key trusted', async () => {
  await asUser(token, () =>
    assert.rejects(
      process.importWrappingKey(token, 'mine', 'ab02', randomBytes(32)),
      refusal('HSM_NOT_ACTIVE', `token "${token.serial}" is logged in as user, expected a login as so`),
    ),
  );
});

test('a second wrapping key of that name or id is refused, and one of another length is never sent', async () => {
  const name = await trusted(randomBytes(32));
  await process.login(token, 'so', SO_PIN);
  await assert.rejects(
    process.importWrappingKey(token, name.label, 'ab03', randomBytes(32)),
    refusal('HSM_OBJECT_EXISTS', `a secret-key labelled "${name.label}" is on token "${token.serial}" already`),
  );
  await assert.rejects(
    process.importWrappingKey(token, 'short', 'ab03', randomBytes(16)),
    refusal('PKCS11_ARGUMENT', 'the request "import-wrapping-key" has 16 bytes, expected the 32 of a wrapping key'),
  );
  await process.logout(token);
});

test('a key that was not born to be wrapped is refused for what it is', async () => {
  const name = await trusted(randomBytes(32));
  await asUser(token, async () => {
    const { spki } = await generate(process, token, 'ecdsa-p256', 'stays', 'ee01');
    await assert.rejects(
      process.wrapKey(token, der(spki), name),
      refusal('HSM_KEY_NOT_WRAPPABLE', `C_WrapKey on token "${token.serial}" returned CKR_KEY_UNEXTRACTABLE (106)`),
    );
  });
});

test('a wrapping key that is not there, or of which only the label fits, wraps nothing', async () => {
  const name = await trusted(randomBytes(32));
  await asUser(token, async () => {
    const { spki } = await generate(process, token, 'ecdsa-p256', 'waits', 'ee02', WRAPPABLE);
    await assert.rejects(
      process.wrapKey(token, der(spki), { ...name, id: 'ffff' }),
      refusal(
        'HSM_OBJECT_MISSING',
        `0 wrapping keys "${name.label}" are on token "${token.serial}", exactly 1 was expected`,
      ),
    );
  });
});

test('a wrapped key that was altered anywhere, or wrapped by another, is refused, and leaves nothing', async () => {
  const kek = randomBytes(32);
  const name = await trusted(kek);
  const [spki, wrapped] = await asUser(token, async () => {
    const key = await generate(process, token, 'ecdsa-p256', 'tampered', 'ee03', WRAPPABLE);
    return [der(key.spki), (await process.wrapKey(token, der(key.spki), name)).wrapped] as const;
  });
  const templates = { public: publicTemplate('tampered', 'ee03'), private: privateTemplate('tampered', 'ee03') };
  const says =
    /^C_UnwrapKey on token ".*" returned CKR_\w+ \(\d+\): it does not take the wrapped key for one of this KEK$/;
  await asUser(other, async () => {
    const before = await process.inventory(other);
    for (const at of [0, 7, 8, 40, wrapped.length - 1]) {
      const altered = Buffer.from(wrapped);
      altered[at]! ^= 1;
      await assert.rejects(process.unwrapKey(other, spki, kek, altered, templates), refusal('HSM_WRAPPED_KEY', says));
    }
    await assert.rejects(
      process.unwrapKey(other, spki, randomBytes(32), wrapped, templates),
      refusal('HSM_WRAPPED_KEY', says),
    );
    assert.deepEqual(await process.inventory(other), before);
    await assert.rejects(
      process.unwrapKey(other, spki, kek, wrapped.subarray(1), templates),
      refusal('PKCS11_ARGUMENT', /^the request "unwrap-key" has a wrapped key of \d+ bytes, expected 16 to 8192 and/),
    );
  });
  const altered = Buffer.from(wrapped);
  altered[9]! ^= 1;
  await asUser(token, () =>
    assert.rejects(
      process.signWithWrapped(token, spki, name, 'ecdsa-sha256', altered, STATEMENT),
      refusal('HSM_WRAPPED_KEY', says),
    ),
  );
});

test('SoftHSM lets no key that it unwraps be told that it is not modifiable, and leaves nothing of one', async () => {
  const kek = randomBytes(32);
  const name = await trusted(kek);
  const [spki, wrapped] = await asUser(token, async () => {
    const key = await generate(process, token, 'ecdsa-p256', 'told', 'ee05', WRAPPABLE);
    return [der(key.spki), (await process.wrapKey(token, der(key.spki), name)).wrapped] as const;
  });
  const told = {
    public: publicTemplate('told', 'ee05'),
    private: privateTemplate('told', 'ee05', { MODIFIABLE: false }),
  };
  await asUser(other, async () => {
    await assert.rejects(
      process.unwrapKey(other, spki, kek, wrapped, told),
      refusal('PKCS11_ERROR', `C_UnwrapKey on token "${other.serial}" returned CKR_ATTRIBUTE_READ_ONLY (16)`),
    );
    assert.deepEqual(
      (await process.inventory(other)).filter(({ id }) => id === 'ee05'),
      [],
    );
  });
});

test('what another program wrapped as RFC 5649 says is restored as well', async () => {
  const kek = randomBytes(32);
  const key = await asUser(token, () => generate(process, token, 'ecdsa-p384', 'by hand', 'ee04', WRAPPABLE));
  const name = await trusted(kek);
  const made = await asUser(token, async () => (await process.wrapKey(token, der(key.spki), name)).wrapped);
  const unwrap = createDecipheriv(RFC_5649, kek, AIV);
  const padded = Buffer.concat([unwrap.update(made), unwrap.final()]);
  const exact = padded.subarray(0, derLength(padded));
  const wrap = createCipheriv(RFC_5649, kek, AIV);
  const wrapped = Buffer.concat([wrap.update(exact), wrap.final()]);
  const templates = { public: publicTemplate('by hand', 'ee04'), private: privateTemplate('by hand', 'ee04') };
  await asUser(other, async () => {
    await process.unwrapKey(other, der(key.spki), kek, wrapped, templates);
    const signature = await process.sign(other, der(key.spki), 'ecdsa-sha384', STATEMENT);
    const spki = createPublicKey({ key: der(key.spki), format: 'der', type: 'spki' });
    assert.equal(verify('sha384', STATEMENT, spki, signature), true);
  });
});

test('a token without AES key wrap says so before anything is made', async () => {
  const poor = makeSoftHsm('CKM_EC_KEY_PAIR_GEN,CKM_ECDSA');
  const without = await startOn(poor);
  try {
    const at = await prepareToken(without, 'poor');
    await without.login(at, 'user', USER_PIN);
    const { spki } = await generate(without, at, 'ecdsa-p256', 'k', 'aa', WRAPPABLE);
    await assert.rejects(
      without.wrapKey(at, der(spki), { label: 'kek', id: 'aa' }),
      refusal(
        'HSM_MECHANISM',
        `token "${at.serial}" lists neither CKM_AES_KEY_WRAP_KWP nor CKM_AES_KEY_WRAP_PAD: it wraps no key by AES`,
      ),
    );
  } finally {
    await without.end();
    poor.remove();
  }
});
