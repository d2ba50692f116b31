import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { bitString, nullValue, oid, sequence } from '../../src/der/writer.ts';
import { checkPublicKey } from '../../src/x509/key-check.ts';
import { describePublicKey, parsePublicKey, parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { bytes } from '../der/refusal.ts';

const IDENTIFIER = '300506032b6570';
const ED25519 = '1.3.101.112';
const spkiOf = (key: string) => parseSpki(sequence(sequence(oid(ED25519)), bitString(bytes(key))));

/** RFC 8032 §7.1, tests 1 to 3. */
const VECTORS = [
  [
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

for (const [key, message, signature] of VECTORS) {
  test(`the signature of RFC 8032 over "${message}" verifies, and over nothing else`, () => {
    const spki = spkiOf(key);
    assert.deepEqual(checkPublicKey(spki), []);
    const holds = (data: Uint8Array, value: Uint8Array) => verifySignature(spki, bytes(IDENTIFIER), data, value);
    assert.ok(holds(bytes(message), bytes(signature)));
    assert.ok(!holds(bytes(`${message}00`), bytes(signature)));
    assert.ok(!holds(bytes(message), bytes(signature).with(40, 0xff)));
    assert.ok(!holds(bytes(message), bytes(signature).subarray(1)));
  });
}

test('a key is read by its exact identifier alone: with parameters it is another', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const spki = parseSpki(publicKey.export({ type: 'spki', format: 'der' }));
  assert.deepEqual(parsePublicKey(spki), { type: 'ed25519', point: spki.key });
  assert.equal(describePublicKey(parsePublicKey(spki)), 'Ed25519');
  assert.equal(Buffer.from(spki.algorithm.der).toString('hex'), IDENTIFIER);
  const withNull = parseSpki(sequence(sequence(oid(ED25519), nullValue()), bitString(spki.key)));
  assert.deepEqual(parsePublicKey(withNull), { type: 'other', oid: ED25519 });
  assert.deepEqual(checkPublicKey(withNull), [
    'algorithm identifier "300706032b65700500" is not one of the exact forms of RSA, P-256, P-384, P-521 and Ed25519',
  ]);
});

test('keys that node:crypto makes have no problem', () => {
  for (let count = 0; count < 8; count++) {
    const { publicKey } = generateKeyPairSync('ed25519');
    assert.deepEqual(checkPublicKey(parseSpki(publicKey.export({ type: 'spki', format: 'der' }))), []);
  }
});

const SMALL = 'Ed25519 key is a point of small order';
const NOT_BELOW = 'Ed25519 key has a y that is not below the prime of the field';
const WEAK: readonly (readonly [what: string, key: string, problem: string])[] = [
  ['31 bytes', VECTORS[0][0].slice(2), 'Ed25519 key has 31 bytes, expected 32'],
  ['33 bytes', `${VECTORS[0][0]}00`, 'Ed25519 key has 33 bytes, expected 32'],
  ['y = p', `ed${'ff'.repeat(30)}7f`, NOT_BELOW],
  ['y = p + 1, a second form of the neutral element', `ee${'ff'.repeat(30)}7f`, NOT_BELOW],
  ['the greatest y and a sign', 'ff'.repeat(32), NOT_BELOW],
  ['a sign of x = 0', `01${'00'.repeat(30)}80`, 'Ed25519 key has the sign of an x that is 0'],
  ['no point', `02${'00'.repeat(31)}`, 'Ed25519 key is not a point on the curve'],
  ['the neutral element', `01${'00'.repeat(31)}`, SMALL],
  ['a point of order 2', `ec${'ff'.repeat(30)}7f`, SMALL],
  ['a point of order 4', '00'.repeat(32), SMALL],
  ['the other point of order 4', `${'00'.repeat(31)}80`, SMALL],
  ...['05', '85'].map(
    (end) =>
      ['a point of order 8', `26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc${end}`, SMALL] as const,
  ),
  ...['7a', 'fa'].map(
    (end) =>
      ['a point of order 8', `c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03${end}`, SMALL] as const,
  ),
  [
    'a key and the point of order 2 added',
    turned(VECTORS[0][0]),
    'Ed25519 key is a point outside the subgroup of prime order',
  ],
];

/** (x, y) + (0, −1) = (−x, −y). */
function turned(key: string): string {
  const little = BigInt(`0x${Buffer.from(key, 'hex').reverse().toString('hex')}`);
  const y = 2n ** 255n - 19n - (little & (2n ** 255n - 1n));
  const other = y | ((1n - (little >> 255n)) << 255n);
  return Buffer.from(other.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
}

describe('problems of a key with', () => {
  for (const [what, key, problem] of WEAK) {
    test(`${what}, ending in ${key.slice(-2)}`, () => assert.deepEqual(checkPublicKey(spkiOf(key)), [problem]));
  }
});
