import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import { bitString, integer, nullValue, oid, sequence } from '../../src/der/writer.ts';
import { checkPublicKey } from '../../src/x509/key-check.ts';
import { deriveKeyIdentifier, describePublicKey, parsePublicKey, parseSpki } from '../../src/x509/public-key.ts';
import { assertRefuses } from '../der/refusal.ts';
import { P256_POINT, SPKI } from './build.ts';
import { get, makeKey, openssl } from './openssl.ts';

function rsa(modulus: bigint, exponent: bigint): Uint8Array {
  const key = sequence(integer(modulus), integer(exponent));
  return sequence(sequence(oid(OID.rsaEncryption), nullValue()), bitString(key));
}

function ec(curve: string, point: Uint8Array): Uint8Array {
  return sequence(sequence(oid(OID.ecPublicKey), oid(curve)), bitString(point));
}

function problems(spki: Uint8Array): string[] {
  return checkPublicKey(parseSpki(spki));
}

function prime(bits: number): bigint {
  return generatePrimeSync(bits, { bigint: true });
}

/** A modulus of exactly 2048 bits from two primes with their two highest bits set, as OpenSSL makes them. */
const GOOD_MODULUS = prime(1024) * prime(1024);

function point(change: (bytes: Buffer) => void): Buffer {
  const changed = Buffer.from(P256_POINT);
  change(changed);
  return changed;
}

const P256_PRIME = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';

test('keys of openssl have no problem', () => {
  for (const kind of ['P-256', 'P-384', 'P-521', 'RSA'] as const) {
    makeKey(`check-${kind}`, kind);
    openssl('pkey', '-in', `check-${kind}.key`, '-pubout', '-outform', 'DER', '-out', `check-${kind}.pub`);
    assert.deepEqual(problems(get(`check-${kind}.pub`)), []);
  }
  assert.deepEqual(problems(rsa(GOOD_MODULUS, 65537n)), []);
  assert.deepEqual(problems(SPKI), []);
});

const exact = (bits: number) => {
  for (;;) {
    const candidate = prime(bits / 2) * prime(bits / 2);
    if (candidate.toString(2).length === bits) return candidate;
  }
};

const square = prime(1024) ** 2n;
const cube = (() => {
  for (;;) {
    const candidate = prime(688) ** 3n;
    if (candidate.toString(2).length === 2064) return candidate;
  }
})();

const WEAK: readonly (readonly [name: string, spki: Uint8Array, expected: readonly string[]])[] = [
  ['1024 bits', rsa(exact(1024), 65537n), ['RSA modulus has 1024 bits, expected at least 2048']],
  ['2049 bits', rsa(prime(1025) * prime(1024), 65537n), ['RSA modulus has 2049 bits, expected a multiple of 8']],
  ['an even modulus', rsa(GOOD_MODULUS - 1n, 65537n), ['RSA modulus is even']],
  ['a factor of 3', rsa(3n * prime(2046), 65537n), ['RSA modulus has the factor 3, expected none below 752']],
  [
    'a factor of 751',
    rsa(751n * withoutSmallFactors(751n), 65537n),
    ['RSA modulus has the factor 751, expected none below 752'],
  ],
  ['a prime modulus', rsa(prime(2048), 65537n), ['RSA modulus is a power of one number, expected two primes']],
  ['a square', rsa(square, 65537n), ['RSA modulus is a power of one number, expected two primes']],
  ['a cube', rsa(cube, 65537n), ['RSA modulus is a power of one number, expected two primes']],
  // The highest powers that there can be: of the first prime that is no small one, and of a small one.
  ['a power of 757', rsa(757n ** 271n, 65537n), ['RSA modulus is a power of one number, expected two primes']],
  [
    'a power of 3',
    rsa(3n ** 1297n, 65537n),
    [
      'RSA modulus has the factor 3, expected none below 752',
      'RSA modulus is a power of one number, expected two primes',
    ],
  ],
  [
    'exponent 1',
    rsa(GOOD_MODULUS, 1n),
    ['RSA exponent is 1, expected an odd number of at least 3', 'RSA exponent is 1, expected at least 65537'],
  ],
  ['exponent 3', rsa(GOOD_MODULUS, 3n), ['RSA exponent is 3, expected at least 65537']],
  [
    'exponent 65536',
    rsa(GOOD_MODULUS, 65536n),
    ['RSA exponent is 65536, expected an odd number of at least 3', 'RSA exponent is 65536, expected at least 65537'],
  ],
  ['exponent 65538', rsa(GOOD_MODULUS, 65538n), ['RSA exponent is 65538, expected an odd number of at least 3']],
  ['exponent of 257 bits', rsa(GOOD_MODULUS, 2n ** 256n + 1n), ['RSA exponent has 33 bytes, expected less than 2^256']],
  ['modulus 0', rsa(0n, 65537n), ['RSAPublicKey, byte 0: expected a modulus greater than zero']],
  [
    'a negative modulus',
    rsa(-5n, 65537n),
    ['RSAPublicKey, byte 4: expected modulus to be positive, found a negative number'],
  ],
  [
    'more bits than OpenSSL takes',
    rsa(2n ** 16392n - 1n, 65537n),
    ['RSA modulus has 16392 bits, expected at most 16384'],
  ],
  [
    'bytes that are no RSAPublicKey',
    sequence(sequence(oid(OID.rsaEncryption), nullValue()), bitString(Buffer.of(5, 0))),
    ['RSAPublicKey, byte 0: expected SEQUENCE for RSAPublicKey, found NULL'],
  ],
  [
    'RSA without NULL',
    sequence(sequence(oid(OID.rsaEncryption)), bitString(Buffer.of(5, 0))),
    [
      'algorithm identifier "300b06092a864886f70d010101" is not one of the exact forms of RSA, P-256, P-384, P-521 and Ed25519',
    ],
  ],
  [
    'RSASSA-PSS key',
    sequence(sequence(oid(OID.rsassaPss)), bitString(Buffer.of(5, 0))),
    ['algorithm identifier "300b06092a864886f70d01010a" is not of an RSA, EC or Ed25519 key'],
  ],
  [
    'secp256k1',
    ec('1.3.132.0.10', P256_POINT),
    [
      'algorithm identifier "301006072a8648ce3d020106052b8104000a" is not one of the exact forms of RSA, P-256, P-384, P-521 and Ed25519',
    ],
  ],
  ['infinity', ec(OID.secp256r1, Buffer.of(0)), ['EC point is the point at infinity']],
  [
    'a compressed point',
    ec(OID.secp256r1, Buffer.concat([Buffer.of(3), P256_POINT.subarray(1, 33)])),
    ['EC point starts with 03, expected 04 (uncompressed)'],
  ],
  [
    'a hybrid point',
    ec(
      OID.secp256r1,
      point((bytes) => {
        bytes[0] = 7;
      }),
    ),
    ['EC point starts with 07, expected 04 (uncompressed)'],
  ],
  ['an empty point', ec(OID.secp256r1, Buffer.alloc(0)), ['EC point starts with , expected 04 (uncompressed)']],
  ['a short point', ec(OID.secp256r1, P256_POINT.subarray(0, 64)), ['EC point has 64 bytes, expected 65 on P-256']],
  ['a point of another curve', ec(OID.secp384r1, P256_POINT), ['EC point has 65 bytes, expected 97 on P-384']],
  [
    'a point off the curve',
    ec(
      OID.secp256r1,
      point((bytes) => {
        bytes[64]! ^= 1;
      }),
    ),
    ['EC point is not on the curve P-256'],
  ],
  [
    'x = p',
    ec(
      OID.secp256r1,
      point((bytes) => {
        bytes.write(P256_PRIME, 1, 'hex');
      }),
    ),
    ['EC point has an x that is not below the prime of P-256'],
  ],
  [
    'x and y = p',
    ec(
      OID.secp256r1,
      point((bytes) => {
        bytes.write(P256_PRIME + P256_PRIME, 1, 'hex');
      }),
    ),
    ['EC point has an x that is not below the prime of P-256', 'EC point has a y that is not below the prime of P-256'],
  ],
];

/** A number that makes 2048 bits with a small factor and has no small factor itself. */
function withoutSmallFactors(factor: bigint): bigint {
  const target = 2n ** 2047n / factor + 2n ** 2000n;
  for (let n = target | 1n; ; n += 2n) {
    let isRough = true;
    for (let small = 3n; small < 752n && isRough; small += 2n) isRough = n % small !== 0n;
    if (isRough) return n;
  }
}

for (const [name, spki, expected] of WEAK) {
  test(`problems of a key with ${name}`, () => assert.deepEqual(problems(spki), expected));
}

test('keys are named by what they are', () => {
  assert.equal(describePublicKey(parsePublicKey(parseSpki(SPKI))), 'EC P-256');
  assert.equal(
    describePublicKey(parsePublicKey(parseSpki(rsa(GOOD_MODULUS, 65537n)))),
    'RSA 2048 bits, exponent 65537',
  );
  const { publicKey } = generateKeyPairSync('x25519');
  assert.deepEqual(parsePublicKey(parseSpki(publicKey.export({ type: 'spki', format: 'der' }))), {
    type: 'other',
    oid: '1.3.101.110',
  });
});

test('a malformed SubjectPublicKeyInfo is refused', () => {
  assertRefuses(
    () => parseSpki(sequence(sequence(oid('1.2.3')))),
    'DER_INVALID',
    'SubjectPublicKeyInfo, byte 8: expected BIT STRING for SubjectPublicKeyInfo, found the end',
  );
  assertRefuses(
    () => parseSpki(sequence(sequence(oid('1.2.3')), bitString(Buffer.of(1)), nullValue())),
    'DER_INVALID',
    /expected the end of SubjectPublicKeyInfo, found NULL$/,
  );
});

test('a key identifier is the start of the SHA-256 of the key bits (RFC 7093)', () => {
  const expected = createHash('sha256').update(P256_POINT).digest('hex').slice(0, 40);
  assert.equal(hexOf(deriveKeyIdentifier(parseSpki(SPKI))), expected);
  // Appendix of RFC 7093 has this key and its identifier by method 1.
  const spki = Buffer.from(
    '3059301306072A8648CE3D020106082A8648CE3D030107034200047F7F35A79794C950060B8029FC8F363A28F11159692D9D34E6AC948190434735F833B1A66652DC514337AFF7F5C9C75D670C019D95A5D639B72744C64A9128BB',
    'hex',
  );
  assert.equal(hexOf(deriveKeyIdentifier(parseSpki(spki))).toUpperCase(), 'BF37B3E5808FD46D54B28E846311BCCE1CAD2E1A');
  assert.ok(createPublicKey({ key: spki, format: 'der', type: 'spki' }));
});
