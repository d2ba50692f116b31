import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import { openEnvelope, readEnvelope, sealEnvelope } from '../../src/cms/enveloped-data.ts';
import { agreeOnce, deriveKek, unwrapKey, wrapKey } from '../../src/cms/key-wrap.ts';
import { writeRecipient } from '../../src/cms/recipients.ts';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import { explicit, implicit, integer, nullValue, octetString, oid, sequence, set } from '../../src/der/writer.ts';
import { assertRefuses, assertRejects, bytes, mutationsOf } from '../der/refusal.ts';
import { get, makeCertificate, openssl, put, tryOpenssl } from '../x509/openssl.ts';
import { makeMember, openingKey, type TestMember } from './members.ts';

const SECRET = Buffer.from('{"share":"00ff","type":"quorate/share/1"}');
const P256 = makeMember('open-p256', 'P-256', 'keyAgreement');
const P384 = makeMember('open-p384', 'P-384', 'keyAgreement');
const RSA = makeMember('open-rsa', 'RSA', 'keyEncipherment');
const MEMBERS = [P256, P384, RSA];

/** Random bytes, and what was given out. */
function source() {
  const given: Uint8Array[] = [];
  return {
    given,
    bytes: (length: number) => {
      const drawn = new Uint8Array(randomBytes(length));
      given.push(drawn);
      return drawn;
    },
  };
}

function keyIdentifier(member: TestMember): string {
  return hexOf(readMemberKey(member.certificate, 'open').keyIdentifier);
}

const ONE_MESSAGE = 'the envelope could not be opened with this token';

for (const member of MEMBERS) {
  test(`${member.name}: openssl opens what we seal`, () => {
    put('envelope', sealEnvelope(SECRET, [member.certificate], source()));
    const run = tryOpenssl(
      'cms',
      '-decrypt',
      '-inform',
      'DER',
      '-in',
      'envelope',
      '-inkey',
      `${member.name}.key`,
      '-recip',
      `${member.name}.pem`,
    );
    assert.deepEqual(run, { status: 0, text: SECRET.toString() });
  });

  test(`${member.name}: we open what openssl seals`, async () => {
    put('secret', SECRET);
    const digest = member === P384 ? 'sha384' : 'sha256';
    const options = member === RSA ? ['-keyopt', 'rsa_padding_mode:oaep'] : ['-keyopt', `ecdh_kdf_md:${digest}`];
    openssl(
      ...['cms', '-encrypt', '-binary', '-in', 'secret', '-aes-256-cbc', '-keyid', '-outform', 'DER', '-out', 'theirs'],
      '-recip',
      `${member.name}.pem`,
      ...options,
    );
    const opened = await openEnvelope(get('theirs'), openingKey(member));
    assert.deepEqual(opened.plaintext, SECRET);
    const refused: readonly (readonly [options: readonly string[], message: RegExp])[] = [
      [['-aes-128-cbc', '-keyid', ...options], /expected (cipher AES-256-CBC|id-aes256-wrap)/],
      [
        ['-aes-256-cbc', ...options],
        /expected (\[0\] \(primitive\)|\[0\] for rKeyId|KeyTransRecipientInfo version 2|EnvelopedData version 2)/,
      ],
      [
        ['-aes-256-gcm', '-keyid', ...options],
        /expected contentType \(1\.2\.840\.113549\.1\.7\.3\), found 1\.2\.840\.113549\.1\.9\.16\.1\.23$/,
      ],
      ...(member === RSA
        ? [[['-aes-256-cbc', '-keyid'], /expected RSAES-OAEP with the default parameters, found/] as const]
        : []),
    ];
    for (const [more, message] of refused) {
      openssl(
        'cms',
        '-encrypt',
        '-binary',
        '-in',
        'secret',
        '-outform',
        'DER',
        '-out',
        'theirs',
        ...more.filter((option) => !option.startsWith('-keyopt') && !option.includes(':')),
        '-recip',
        `${member.name}.pem`,
        ...more.filter((option) => option.startsWith('-keyopt') || option.includes(':')),
      );
      assertRefuses(() => readEnvelope(get('theirs')), 'DER_INVALID', message);
    }
  });

  test(`${member.name}: sealed and opened here; secrets are zeroed`, async () => {
    const random = source();
    const sealed = sealEnvelope(SECRET, [member.certificate], random);
    const seen: Uint8Array[] = [];
    const opened = await openEnvelope(sealed, openingKey(member, seen));
    assert.deepEqual(opened.plaintext, SECRET);
    assert.deepEqual(opened.recipients, [
      { kind: member === RSA ? 'oaep' : 'ecdh', keyIdentifier: keyIdentifier(member) },
    ]);
    const [contentKey, ...rest] = random.given;
    // The initialisation vector is public; the content key and the ephemeral scalar before it are not.
    for (const secret of [contentKey, ...rest.slice(0, -1), ...seen]) assert.ok(secret?.every((octet) => octet === 0));
    assert.equal(seen.length, 1);
  });
}

test('one envelope for all tokens of a person', async () => {
  const sealed = sealEnvelope(
    SECRET,
    MEMBERS.map((member) => member.certificate),
    source(),
  );
  const facts = readEnvelope(sealed);
  assert.deepEqual(
    [...facts.recipients].map((recipient) => recipient.keyIdentifier).sort(),
    MEMBERS.map(keyIdentifier).sort(),
  );
  assert.deepEqual([facts.contentBytes, facts.bytes], [48, sealed.length]);
  put('envelope', sealed);
  for (const member of MEMBERS) {
    assert.deepEqual((await openEnvelope(sealed, openingKey(member))).plaintext, SECRET);
    assert.equal(
      openssl(
        'cms',
        '-decrypt',
        '-inform',
        'DER',
        '-in',
        'envelope',
        '-inkey',
        `${member.name}.key`,
        '-recip',
        `${member.name}.pem`,
      ),
      SECRET.toString(),
    );
  }
});

test('the same bytes sealed twice look different; every length opens', async () => {
  const first = sealEnvelope(SECRET, [P256.certificate], source());
  assert.notDeepEqual(first, sealEnvelope(SECRET, [P256.certificate], source()));
  for (const length of [0, 1, 15, 16, 17, 1000]) {
    const plaintext = randomBytes(length);
    const opened = await openEnvelope(sealEnvelope(plaintext, [P256.certificate], source()), openingKey(P256));
    assert.deepEqual(opened.plaintext, plaintext);
  }
});

test('every failure to open has one code and one message, and no cause', async () => {
  const sealed = sealEnvelope(SECRET, [P256.certificate], source());
  const sealedRsa = sealEnvelope(SECRET, [RSA.certificate], source());
  const other = makeMember('open-other', 'P-256', 'keyAgreement');
  const failing = async () => {
    throw new CeremonyError('PKCS11_ERROR', 'CKR_ENCRYPTED_DATA_INVALID');
  };
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => openEnvelope(sealed, openingKey(other)),
    () => openEnvelope(sealed, openingKey(RSA)),
    () => openEnvelope(sealed, { recipientCertificate: P256.certificate }),
    () => openEnvelope(sealed, { recipientCertificate: P256.certificate, oaep: failing }),
    () => openEnvelope(sealed, { ...openingKey(P256), ecdh: async () => randomBytes(32) }),
    () => openEnvelope(sealed, { ...openingKey(P256), ecdh: failing }),
    () => openEnvelope(sealed, { ...openingKey(P256), ecdh: () => Promise.reject(new Error('a bug')) }),
    () => openEnvelope(sealedRsa, { ...openingKey(RSA), oaep: failing }),
    () => openEnvelope(sealedRsa, { ...openingKey(RSA), oaep: async () => randomBytes(31) }),
    () => openEnvelope(sealed, { ...openingKey(P256), recipientCertificate: bytes('0500') }),
    () => openEnvelope(bytes('3000'), openingKey(P256)),
    () => openEnvelope(bytes(''), openingKey(P256)),
  ];
  for (const attempt of attempts) await assertOneRefusal(attempt);
  // A wrong content key decrypts to padding that is right once in about 256 times; not six times.
  const wrongKey = () => openEnvelope(sealedRsa, { ...openingKey(RSA), oaep: async () => randomBytes(32) });
  const results = await Promise.allSettled([wrongKey(), wrongKey(), wrongKey(), wrongKey(), wrongKey(), wrongKey()]);
  const failed = results.find((result) => result.status === 'rejected');
  await assertOneRefusal(() => Promise.reject(failed?.reason));
});

function assertOneRefusal(attempt: () => Promise<unknown>): Promise<void> {
  return assert.rejects(attempt, (error: unknown) => {
    assert.ok(error instanceof CeremonyError, String(error));
    const { code, message, cause, details, hint } = error;
    assert.deepEqual(
      [code, message, cause, details, hint],
      ['SHARE_OPEN_FAILED', ONE_MESSAGE, undefined, undefined, undefined],
    );
    return true;
  });
}

test('that the token has gone is said', async () => {
  const sealed = sealEnvelope(SECRET, [P256.certificate], source());
  for (const code of ['TOKEN_PROCESS_DIED', 'TOKEN_PROCESS_ENDED'] as const) {
    const gone = async () => {
      throw new CeremonyError(code, 'the token process ended before it answered');
    };
    await assertRejects(
      () => openEnvelope(sealed, { ...openingKey(P256), ecdh: gone }),
      code,
      /ended before it answered$/,
    );
  }
});

for (const member of MEMBERS) {
  test(`${member.name}: every mutation is refused, or opens to something that the record must catch`, async () => {
    const sealed = sealEnvelope(SECRET, [member.certificate], source());
    let refused = 0;
    for (const { what, bytes: altered } of mutationsOf(sealed)) {
      try {
        readEnvelope(altered);
      } catch (error) {
        assert.ok(error instanceof CeremonyError && error.code === 'DER_INVALID', `${what}: ${String(error)}`);
      }
      try {
        await openEnvelope(altered, openingKey(member));
      } catch (error) {
        assert.ok(error instanceof CeremonyError, `${what}: ${String(error)}`);
        assert.deepEqual([error.code, error.message], ['SHARE_OPEN_FAILED', ONE_MESSAGE], what);
        refused++;
      }
    }
    assert.ok(refused > sealed.length);
  });
}

test('recipients that cannot be are refused', () => {
  const refuses = (certificates: readonly Uint8Array[], message: string | RegExp) =>
    assertRefuses(() => sealEnvelope(SECRET, certificates, source()), 'DER_INVALID', message);
  refuses([], 'envelope without a recipient, expected at least one certificate');
  refuses(
    [P256.certificate, P256.certificate],
    /^two recipients with the key identifier "[0-9a-f]{40}", expected each once$/,
  );
  refuses(
    [makeMember('signer', 'P-256', 'digitalSignature').certificate],
    'member\'s certificate with key usage "digitalSignature", expected keyAgreement',
  );
  refuses(
    [makeMember('signer-rsa', 'RSA', 'digitalSignature').certificate],
    'member\'s certificate with key usage "digitalSignature", expected keyEncipherment',
  );
  refuses(
    [makeMember('open-p521', 'P-521', 'keyAgreement').certificate],
    'key of type "EC P-521", expected P-256, P-384 or RSA of at least 2048 bits',
  );
  refuses(
    [makeCertificate('no-ski', 'P-256', ['subjectKeyIdentifier=none', 'basicConstraints=CA:FALSE'])],
    "member's certificate without a subjectKeyIdentifier, by which CMS names it",
  );
  refuses([offCurve(P256.certificate)], /^recipient "[0-9a-f]{40}": EC point is not on the curve P-256$/);
});

/** The certificate with one bit of its public point changed; its signature is not looked at. */
function offCurve(certificate: Buffer): Buffer {
  const { spki } = readMemberKey(certificate, 'open').certificate;
  const changed = Buffer.from(certificate);
  changed[changed.indexOf(spki.key) + 64]! ^= 1;
  return changed;
}

test('a point off the curve never reaches the token', async () => {
  const sealed = Buffer.from(sealEnvelope(SECRET, [P256.certificate], source()));
  const at = sealed.indexOf(bytes('03420004'));
  sealed[at + 3 + 64]! ^= 1;
  readEnvelope(sealed);
  const called: string[] = [];
  const spy = async () => {
    called.push('ecdh');
    return randomBytes(32);
  };
  await assertRejects(() => openEnvelope(sealed, { ...openingKey(P256), ecdh: spy }), 'SHARE_OPEN_FAILED', ONE_MESSAGE);
  assert.deepEqual(called, []);
});

interface Parts {
  readonly type?: string;
  readonly version?: Uint8Array;
  readonly infos?: readonly Uint8Array[];
  readonly contentType?: string;
  readonly cipher?: Uint8Array;
  readonly content?: Uint8Array;
  readonly after?: Uint8Array;
}

const INFO = writeRecipient({ kind: 'oaep', keyIdentifier: Buffer.of(1), ciphertext: Buffer.alloc(256) });
const AGREE = {
  kind: 'ecdh',
  keyIdentifier: Buffer.of(2),
  agreement: OID.ecdhSha256Kdf,
  point: Buffer.alloc(65),
  wrappedKey: Buffer.alloc(40),
} as const;

function build(parts: Parts): Uint8Array {
  const encrypted = sequence(
    oid(parts.contentType ?? OID.data),
    parts.cipher ?? sequence(oid(OID.aes256Cbc), octetString(Buffer.alloc(16))),
    parts.content ?? implicit(0, Buffer.alloc(16)),
  );
  const data = sequence(
    parts.version ?? integer(2),
    set(...(parts.infos ?? [INFO])),
    encrypted,
    parts.after ?? Buffer.alloc(0),
  );
  return sequence(oid(parts.type ?? OID.envelopedData), explicit(0, data));
}

test('the envelopes put together here have the form', () => {
  assert.deepEqual(readEnvelope(build({})).recipients, [{ kind: 'oaep', keyIdentifier: '01' }]);
  assert.equal(readEnvelope(build({ infos: [INFO, writeRecipient(AGREE)] })).recipients.length, 2);
});

const REFUSED: readonly (readonly [name: string, der: Uint8Array, message: RegExp])[] = [
  [
    'another content type',
    build({ type: OID.signedData }),
    /^envelope: expected contentType \(1\.2\.840\.113549\.1\.7\.3\), found 1\.2\.840\.113549\.1\.7\.2$/,
  ],
  ['version 0', build({ version: integer(0) }), /expected EnvelopedData version 2, found 0$/],
  [
    'originator certificates',
    sequence(oid(OID.envelopedData), explicit(0, sequence(integer(2), explicit(0)))),
    /expected SET for recipientInfos, found \[0\]$/,
  ],
  ['no recipient', build({ infos: [] }), /expected at least one recipient$/],
  ['the same recipient twice', build({ infos: [INFO, INFO] }), /expected each recipient once$/],
  [
    'a password recipient',
    build({ infos: [explicit(3, nullValue())] }),
    /expected a recipient by key transport or key agreement, found \[3\]$/,
  ],
  [
    'recipient version 0',
    build({ infos: [sequence(integer(0), sequence())] }),
    /expected KeyTransRecipientInfo version 2, found 0$/,
  ],
  [
    'RSA PKCS #1 v1.5',
    build({
      infos: [
        sequence(integer(2), implicit(0, Buffer.of(1)), sequence(oid(OID.rsaEncryption), nullValue()), octetString()),
      ],
    }),
    /expected RSAES-OAEP with the default parameters, found "300d06092a864886f70d0101010500"$/,
  ],
  [
    'another cipher',
    build({ cipher: sequence(oid('2.16.840.1.101.3.4.1.2'), octetString(Buffer.alloc(16))) }),
    /expected cipher AES-256-CBC \(2\.16\.840\.1\.101\.3\.4\.1\.42\), found 2\.16\.840\.1\.101\.3\.4\.1\.2$/,
  ],
  [
    'a short initialisation vector',
    build({ cipher: sequence(oid(OID.aes256Cbc), octetString(Buffer.alloc(8))) }),
    /expected 16 bytes of initialisation vector, found 8$/,
  ],
  ['content of another type', build({ contentType: OID.signedData }), /expected contentType/],
  [
    'no encrypted content',
    build({ content: Buffer.alloc(0) }),
    /expected \[0\] \(primitive\) for encryptedContent, found the end$/,
  ],
  [
    'empty encrypted content',
    build({ content: implicit(0) }),
    /expected encrypted content in blocks of 16 bytes, found 0 bytes$/,
  ],
  [
    'a part of a block',
    build({ content: implicit(0, Buffer.alloc(17)) }),
    /expected encrypted content in blocks of 16 bytes, found 17 bytes$/,
  ],
  [
    'content in pieces',
    build({ content: explicit(0, octetString(Buffer.alloc(16))) }),
    /expected \[0\] \(primitive\) for encryptedContent, found \[0\]$/,
  ],
  [
    'unprotected attributes',
    build({ after: explicit(1) }),
    /expected the end of EnvelopedData, which has no unprotected attributes, found \[1\]$/,
  ],
  [
    'another kind of wrap',
    build({ infos: [replaced(writeRecipient(AGREE), OID.aes256Wrap, '2.16.840.1.101.3.4.1.5')] }),
    /expected id-aes256-wrap, found/,
  ],
];

function replaced(der: Uint8Array, from: string, to: string): Uint8Array {
  return bytes(hexOf(der).replace(hexOf(oid(from)), hexOf(oid(to))));
}

for (const [name, der, message] of REFUSED) {
  test(`refuses: ${name}`, () => assertRefuses(() => readEnvelope(der), 'DER_INVALID', message));
}

test('AES key wrap of RFC 3394 §4.6', () => {
  const kek = () => bytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
  const key = bytes('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f');
  const wrapped = bytes('28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21');
  const used = kek();
  assert.deepEqual(wrapKey(used, key), wrapped);
  assert.ok(used.every((octet) => octet === 0));
  assert.deepEqual(unwrapKey(kek(), wrapped), key);
  wrapped[0]! ^= 1;
  assert.throws(() => unwrapKey(kek(), wrapped));
});

test('X9.63: one round over the shared info of RFC 5753, and the secret is zeroed', () => {
  const { suite } = readMemberKey(P256.certificate, 'open');
  const secret = Buffer.alloc(32, 7);
  // SEQUENCE { id-aes256-wrap, [2] 256 bits }, written by hand.
  const info = bytes('3015 300b 0609 60864801650304012d a206 0404 00000100');
  put('kdf', Buffer.concat([Buffer.alloc(32, 7), bytes('00000001'), info]));
  openssl('dgst', '-sha256', '-binary', '-out', 'kek', 'kdf');
  assert.deepEqual(deriveKek(secret, suite), get('kek'));
  assert.ok(secret.every((octet) => octet === 0));
});

test('an ephemeral scalar is drawn again when it is zero or not below the order', () => {
  const { certificate } = readMemberKey(P256.certificate, 'open');
  const order = bytes('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
  const draws = [Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.from(order), Buffer.from([...Buffer.alloc(31), 1])];
  let drawn = 0;
  const agreed = agreeOnce('prime256v1', certificate.spki.key, { bytes: () => draws[drawn++] ?? Buffer.alloc(32) });
  assert.equal(drawn, 4);
  // The scalar 1 gives the base point, and the recipient's own x coordinate.
  assert.equal(agreed.point.toString('hex').slice(0, 10), '046b17d1f2');
  assert.deepEqual(agreed.secret, Buffer.from(certificate.spki.key.subarray(1, 33)));
  assert.ok(draws.every((draw) => draw.every((octet) => octet === 0)));
  assert.throws(() => agreeOnce('prime256v1', certificate.spki.key, { bytes: () => Buffer.alloc(32) }), RangeError);
});
