import assert from 'node:assert/strict';
import { checkPrimeSync, createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { bitString, element, integer, nullValue, oid, raw, sequence } from '../../src/der/writer.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../../src/pki/algorithms.ts';
import { OLD_REQUEST, pemOf } from '../../src/pki/pem.ts';
import {
  derOfRequestFile,
  judgeRequest,
  keyAlgorithmOf,
  MAX_FILE_BYTES,
  REQUEST_REASONS,
  takeRequest,
} from '../../src/pki/request-intake.ts';
import { MAX_REQUEST_BYTES, parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { P256_POINT } from '../x509/build.ts';
import { get, openssl } from '../x509/openssl.ts';
import { rsaSpki } from './broken.ts';
import { good, roca } from './cases/rsa-moduli.ts';
import { ecPair, type Pair, type RequestFields, requestOf, rsaPair, spkiOf } from './requests.ts';

const NONE = new Map<string, string>();
const EC = ecPair();
const P384 = ecPair('P-384');
const RSA = rsaPair();

/** [reason, message] of each fault. */
function faultsOf(
  fields: RequestFields,
  key?: KeyAlgorithmName,
  ownKeys: ReadonlyMap<string, string> = NONE,
): string[][] {
  return judgeRequest(parseCertificationRequest(requestOf(fields)), { key, ownKeys }).map(({ reason, message }) => [
    reason,
    message,
  ]);
}

describe('a request is taken', () => {
  const PAIRS: readonly (readonly [KeyAlgorithmName, Pair, string])[] = [
    ['ecdsa-p256', EC, 'ecdsa-with-SHA256'],
    ['ecdsa-p384', P384, 'ecdsa-with-SHA384'],
    // What other software pairs otherwise is a proof of possession all the same: no certificate is signed so.
    ['ecdsa-p384', P384, 'ecdsa-with-SHA256'],
    ['rsa-2048', RSA, 'sha256WithRSAEncryption'],
    ['rsa-2048', RSA, 'sha384WithRSAEncryption'],
    ['rsa-2048', RSA, 'sha512WithRSAEncryption'],
  ];
  for (const [algorithm, key, signedWith] of PAIRS) {
    test(`of ${algorithm}, signed with ${signedWith}`, () => {
      const der = requestOf({ key, signedWith });
      for (const wanted of [algorithm, undefined]) {
        const { request, algorithm: found } = takeRequest(der, 'x', { key: wanted, ownKeys: NONE });
        assert.equal(found, algorithm);
        assert.deepEqual(Buffer.from(request.spki.der), Buffer.from(spkiOf(key)));
      }
    });
  }

  for (const [name, { type, bits }] of Object.entries(KEY_ALGORITHMS)) {
    test(`as openssl makes one of ${name}, and the key is the one that openssl prints`, () => {
      const how = {
        rsa: ['rsa', '-pkeyopt', `rsa_keygen_bits:${bits}`],
        ec: ['ec', '-pkeyopt', `ec_paramgen_curve:P-${bits}`],
        ed25519: ['ed25519'],
      }[type];
      openssl(
        'req',
        '-new',
        '-newkey',
        ...how,
        '-nodes',
        '-keyout',
        'k.pem',
        '-subj',
        '/CN=a',
        '-sha384',
        '-out',
        'r.pem',
      );
      openssl('req', '-in', 'r.pem', '-pubkey', '-noout', '-out', 'spki.pem');
      const spki = createPublicKey(get('spki.pem')).export({ format: 'der', type: 'spki' });
      const { request, algorithm } = takeRequest(derOfRequestFile(get('r.pem'), 'r.pem'), 'r.pem', {
        key: name as KeyAlgorithmName,
        ownKeys: NONE,
      });
      assert.equal(algorithm, name);
      assert.equal(sha256(request.spki.der), sha256(spki));
      openssl('req', '-in', 'r.pem', '-outform', 'DER', '-out', 'r.der');
      assert.deepEqual(Buffer.from(request.der), get('r.der'));
    });
  }
});

/** A key of two primes that stand close to each other, with which a request can be signed all the same. */
function closePair(): Pair {
  // 65537 divides neither number before a prime: else there is no private exponent.
  const suits = (prime: bigint) => (prime - 1n) % 65537n !== 0n && checkPrimeSync(prime);
  let p = generatePrimeSync(1024, { bigint: true });
  while (!suits(p)) p = generatePrimeSync(1024, { bigint: true });
  let q = p + 2n;
  while (!suits(q)) q += 2n;
  return pairOf(p, q);
}

function pairOf(p: bigint, q: bigint): Pair {
  const e = 65537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  const text = (n: bigint) =>
    Buffer.from(n.toString(16).padStart(n.toString(16).length + (n.toString(16).length % 2), '0'), 'hex').toString(
      'base64url',
    );
  const key = {
    kty: 'RSA',
    n: text(p * q),
    e: text(e),
    d: text(d),
    p: text(p),
    q: text(q),
    dp: text(d % (p - 1n)),
    dq: text(d % (q - 1n)),
    qi: text(inverse(q, p)),
  };
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function inverse(a: bigint, n: bigint): bigint {
  let [r, next, s, after] = [n, a % n, 0n, 1n];
  while (next !== 0n) [r, next, s, after] = [next, r % next, after, s - (r / next) * after];
  return ((s % n) + n) % n;
}

const P256 = [oid(OID.ecPublicKey), oid(OID.secp256r1)] as const;
const pointAt = (point: Uint8Array) => sequence(sequence(...P256), bitString(point));
const otherPoint = Uint8Array.from(P256_POINT);
otherPoint[64]! ^= 1;
const NOT_OWN = /^its signature \(.*\) is not that of its own key/;
const inExact = (algorithm: string) =>
  new RegExp(
    `^its key is of algorithm ${algorithm.replaceAll('.', '\\.')} in an encoding that is not one of the exact ones, expected `,
  );

describe('what speaks against a request is said, each with its own reason', () => {
  const cases: readonly (readonly [
    name: string,
    fields: RequestFields,
    faults: readonly (readonly [string, RegExp])[],
    wanted?: KeyAlgorithmName,
  ])[] = [
    [
      'another algorithm than the script expects',
      { key: EC },
      [['key-algorithm', /^its key is EC P-256, expected ECDSA P-384$/]],
      'ecdsa-p384',
    ],
    ['RSA of another size', { key: RSA }, [['key-algorithm', /^its key is RSA 2048, expected RSA 4096$/]], 'rsa-4096'],
    [
      'RSA that is too small',
      { key: rsaPair(1024) },
      [
        [
          'key-algorithm',
          /^its key is RSA 1024, expected ECDSA P-256, ECDSA P-384, ECDSA P-521, Ed25519, RSA 2048, RSA 3072, RSA 4096$/,
        ],
      ],
    ],
    ['RSA of 2056 bits', { key: rsaPair(2056) }, [['key-algorithm', /^its key is RSA 2056, expected /]]],
    ['a curve that no CA here has', { key: ecPair('brainpoolP256r1') }, [['key-algorithm', inExact(OID.ecPublicKey)]]],
    ['another curve', { key: ecPair('secp256k1') }, [['key-algorithm', inExact(OID.ecPublicKey)]]],
    [
      'a curve in explicit parameters',
      { key: EC, spki: explicitCurve() },
      [['key-algorithm', inExact(OID.ecPublicKey)]],
    ],
    [
      'RSA without NULL',
      { key: RSA, spki: sequence(sequence(oid(OID.rsaEncryption)), bitString(new Uint8Array(270))) },
      [['key-algorithm', inExact(OID.rsaEncryption)]],
    ],
    [
      'RSA that cannot be read',
      { key: RSA, spki: sequence(sequence(oid(OID.rsaEncryption), nullValue()), bitString(sequence(integer(7)))) },
      [['key-algorithm', /^its key is not readable \(RSAPublicKey, byte \d+: /]],
    ],
    [
      'X25519',
      { key: EC, spki: generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' }) },
      [['key-algorithm', inExact('1.3.101.110')]],
    ],
    [
      'an algorithm of 60 KiB',
      { key: EC, spki: sequence(sequence(oid('1.2.3'), element(0x04, new Uint8Array(60_000))), bitString(P256_POINT)) },
      [['key-algorithm', inExact('1.2.3')]],
    ],
    [
      'the point at infinity',
      { key: EC, spki: pointAt(Buffer.of(0)) },
      [
        ['key-weak', /^EC point is the point at infinity$/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a compressed point',
      { key: EC, spki: pointAt(Buffer.concat([Buffer.of(3), P256_POINT.subarray(1, 33)])) },
      [
        ['key-weak', /^EC point starts with 03, expected 04/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a point beside the curve',
      { key: EC, spki: pointAt(otherPoint) },
      [
        ['key-weak', /^EC point is not on the curve P-256$/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a coordinate above the prime',
      { key: EC, spki: pointAt(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)])) },
      [
        ['key-weak', /^EC point has an x/],
        ['key-weak', /^EC point has a y/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a point of another length',
      { key: EC, spki: pointAt(P256_POINT.subarray(0, 64)) },
      [
        ['key-weak', /^EC point has 64 bytes, expected 65 on P-256$/],
        ['signature', NOT_OWN],
      ],
    ],
    ['an exponent of 3', { key: rsaPair(2048, 3) }, [['key-weak', /^RSA exponent is 3, expected at least 65537$/]]],
    [
      'an even exponent',
      { key: RSA, spki: rsaSpki(good, 65538n) },
      [
        ['key-weak', /^RSA exponent is 65538, expected an odd number/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a small factor',
      { key: RSA, spki: rsaSpki(withFactor(751n)) },
      [
        ['key-weak', /^RSA modulus has the factor 751/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'a modulus that is prime',
      { key: RSA, spki: rsaSpki(generatePrimeSync(2048, { bigint: true })) },
      [
        ['key-weak', /^RSA modulus is a power of one number/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'the ROCA fingerprint',
      { key: RSA, spki: rsaSpki(roca) },
      [
        ['key-weak', /^RSA modulus has the ROCA fingerprint \(CVE-2017-15361\)$/],
        ['signature', NOT_OWN],
      ],
    ],
    [
      'primes that are close',
      { key: closePair() },
      [['key-weak', /^RSA modulus is factored within 110 rounds of Fermat's method: its primes are close$/]],
    ],
    ['the signature of another key', { key: EC, signer: ecPair() }, [['signature', NOT_OWN]]],
    ['the RSA signature of another key', { key: RSA, signer: rsaPair() }, [['signature', NOT_OWN]]],
    ['a signature of another kind of key', { key: EC, signer: RSA }, [['signature', NOT_OWN]]],
    ['no signature', { key: EC, signature: new Uint8Array() }, [['signature', NOT_OWN]]],
    [
      'an ECDSA signature that is not DER',
      { key: EC, signature: new Uint8Array(64).fill(7) },
      [['signature', NOT_OWN]],
    ],
    [
      'an algorithm that is not verified',
      { key: RSA, algorithm: sequence(oid(OID.sha1WithRSAEncryption), nullValue()) },
      [
        [
          'signature-algorithm',
          /^it is signed with algorithm 1\.2\.840\.113549\.1\.1\.5 in an encoding that is not one of the exact ones$/,
        ],
      ],
    ],
    [
      'parameters that do not belong there',
      { key: EC, algorithm: sequence(oid(OID.ecdsaWithSHA256), nullValue()) },
      [['signature-algorithm', /^it is signed with algorithm 1\.2\.840\.10045\.4\.3\.2 /]],
    ],
    [
      'another digest than it was signed with',
      { key: EC, algorithm: sequence(oid(OID.ecdsaWithSHA384)) },
      [['signature', NOT_OWN]],
    ],
  ];
  for (const [name, fields, faults, wanted] of cases) {
    test(name, () => {
      const found = faultsOf(fields, wanted);
      assert.deepEqual(
        found.map(([reason]) => reason),
        faults.map(([reason]) => reason),
      );
      for (const [index, [, message]] of faults.entries()) {
        assert.match(String(found[index]?.[1]), message);
        assert.ok(String(found[index]?.[1]).length < 250);
      }
      const code = REQUEST_REASONS[faults[0]?.[0] as keyof typeof REQUEST_REASONS];
      assert.throws(
        () => takeRequest(requestOf(fields), '"r.csr" on inbox', { key: wanted, ownKeys: NONE }),
        (error) =>
          error instanceof CeremonyError && error.code === code && error.message.startsWith('"r.csr" on inbox: '),
      );
    });
  }

  test('a key that this CA has', () => {
    const own = new Map([[sha256(spkiOf(EC)), 'the key "root" of this CA']]);
    assert.deepEqual(faultsOf({ key: EC }, undefined, own), [
      ['key-known', 'its key is that of the key "root" of this CA'],
    ]);
    assert.deepEqual(faultsOf({ key: P384 }, undefined, own), []);
    assert.throws(() => takeRequest(requestOf({ key: EC }), 'x', { key: undefined, ownKeys: own }), {
      code: 'REQUEST_KEY_KNOWN',
    });
  });

  test('every reason of the list has a case', () => {
    const seen = new Set([
      ...cases.flatMap(([, , faults]) => faults.map(([reason]) => reason)),
      'key-known',
      // test/pki/weak-keys.test.ts
      'key-listed',
    ]);
    assert.deepEqual([...seen].sort(), Object.keys(REQUEST_REASONS).sort());
  });

  test('the algorithm of a key that cannot be read is none', () => {
    const { spki } = parseCertificationRequest(
      requestOf({ key: RSA, spki: sequence(sequence(oid(OID.rsaEncryption), nullValue()), bitString(raw())) }),
    );
    assert.equal(keyAlgorithmOf(spki), undefined);
  });
});

/** A modulus of 2048 bits with this factor, of ten bits. */
function withFactor(factor: bigint): bigint {
  // The two leading bits of the prime are set: 751 times it has 2048 bits.
  return factor * generatePrimeSync(2038, { bigint: true });
}

function explicitCurve(): Uint8Array {
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-param_enc', 'explicit', '-out', 'explicit.key');
  openssl('pkey', '-in', 'explicit.key', '-pubout', '-outform', 'DER', '-out', 'explicit.spki');
  return get('explicit.spki');
}

describe('the file of a request', () => {
  const der = requestOf({ key: EC });
  const pem = pemOf('CERTIFICATE REQUEST', der);
  const read = (bytes: Uint8Array | string) => derOfRequestFile(Buffer.from(bytes), 'r.csr');

  test('is DER, or one PEM block of it under either label', () => {
    for (const file of [der, pem, pem.replaceAll('\n', '\r\n'), pem.replaceAll('CERTIFICATE REQUEST', OLD_REQUEST)])
      assert.deepEqual(Buffer.from(read(file)), Buffer.from(der));
  });

  const refused: readonly (readonly [name: string, file: Uint8Array | string, code: string, message: RegExp])[] = [
    ['two blocks', pem + pem, 'DER_INVALID', /^PEM that is not exactly one block/],
    ['text before the block', `Certificate Request:\n${pem}`, 'DER_INVALID', /^PEM that is not exactly one block/],
    ['text after the block', `${pem}x`, 'DER_INVALID', /^PEM that is not exactly one block/],
    [
      'a no-break space in the block',
      pem.replace('\nMI', '\n\xa0MI'),
      'DER_INVALID',
      /^PEM that is not exactly one block/,
    ],
    ['a byte order mark', `\ufeff${pem}`, 'DER_INVALID', /^PEM that is not exactly one block/],
    [
      'headers of old PEM',
      pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n'),
      'DER_INVALID',
      /^PEM that is not exactly one block/,
    ],
    [
      'a certificate',
      pem.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'),
      'DER_INVALID',
      /^PEM of label "CERTIFICATE", expected CERTIFICATE REQUEST or NEW CERTIFICATE REQUEST$/,
    ],
    ['base64 that is not canonical', pem.replace(/(.)(=*)\n-----END/, 'B$2=\n-----END'), 'DER_INVALID', /^PEM /],
    ['nothing', '', 'DER_INVALID', /^"r\.csr" is empty$/],
    ['something else', 'ssh-rsa AAAA', 'DER_INVALID', /^PEM that is not exactly one block/],
    [
      'a file that is too large',
      Buffer.alloc(MAX_FILE_BYTES + 1, 0x30),
      'FILE_TOO_LARGE',
      /^"r\.csr" has 98305 bytes, expected at most 98304$/,
    ],
    [
      'a request that is too large',
      Buffer.alloc(MAX_REQUEST_BYTES + 1, 0x30),
      'FILE_TOO_LARGE',
      /^the request in "r\.csr" has 65537 bytes, expected at most 65536$/,
    ],
  ];
  for (const [name, file, code, message] of refused)
    test(`is refused for ${name}`, () =>
      assert.throws(
        () => read(typeof file === 'string' ? Buffer.from(file, name.includes('no-break') ? 'latin1' : 'utf8') : file),
        { code, message },
      ));
});
