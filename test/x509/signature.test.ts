import assert from 'node:assert/strict';
import { constants, createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { bitString, integer, nullValue, oid, sequence } from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { SIGNATURE_ALGORITHMS, verifySignature } from '../../src/x509/signature.ts';
import { assertRefuses, bytes } from '../der/refusal.ts';
import { P256_POINT } from './build.ts';
import { get, type KeyKind, makeCertificate } from './openssl.ts';

const CASES: readonly (readonly [kind: KeyKind, digest: string])[] = [
  ['P-256', 'sha256'],
  ['P-384', 'sha384'],
  ['P-521', 'sha512'],
  ['RSA', 'sha256'],
  ['RSA', 'sha384'],
  ['RSA', 'sha512'],
];

for (const [kind, digest] of CASES) {
  test(`${kind} with ${digest}: a certificate of openssl verifies, and not when anything is altered`, () => {
    const certificate = parseCertificate(
      makeCertificate(`sig-${kind}-${digest}`, kind, ['basicConstraints=CA:FALSE'], { digest }),
    );
    const { spki, signatureAlgorithm, tbs, signature } = certificate;
    const holds = (data: Uint8Array, value: Uint8Array) => verifySignature(spki, signatureAlgorithm.der, data, value);
    assert.ok(holds(tbs, signature));
    const altered = Buffer.from(tbs);
    altered[altered.length - 1]! ^= 1;
    assert.ok(!holds(altered, signature));
    const wrong = Buffer.from(signature);
    wrong[wrong.length - 1]! ^= 1;
    assert.ok(!holds(tbs, wrong));
    assert.ok(!holds(tbs, signature.subarray(0, -1)));
    assert.ok(!holds(tbs, Buffer.concat([signature, Buffer.of(0)])));
    assert.ok(!holds(tbs, new Uint8Array()));
    for (const other of SIGNATURE_ALGORITHMS) {
      const isOwn = Buffer.from(other.der).equals(signatureAlgorithm.der);
      assert.equal(verifySignature(spki, other.der, tbs, signature), isOwn, other.name);
    }
  });
}

test('the identifiers are those of the requirements, byte for byte', () => {
  assert.deepEqual(
    SIGNATURE_ALGORITHMS.map(({ name, der }) => [name, Buffer.from(der).toString('hex')]),
    [
      ['sha256WithRSAEncryption', Buffer.from(sequence(oid(OID.sha256WithRSAEncryption), nullValue())).toString('hex')],
      ['sha384WithRSAEncryption', Buffer.from(sequence(oid(OID.sha384WithRSAEncryption), nullValue())).toString('hex')],
      ['sha512WithRSAEncryption', Buffer.from(sequence(oid(OID.sha512WithRSAEncryption), nullValue())).toString('hex')],
      ['ecdsa-with-SHA256', Buffer.from(sequence(oid(OID.ecdsaWithSHA256))).toString('hex')],
      ['ecdsa-with-SHA384', Buffer.from(sequence(oid(OID.ecdsaWithSHA384))).toString('hex')],
      ['ecdsa-with-SHA512', Buffer.from(sequence(oid(OID.ecdsaWithSHA512))).toString('hex')],
      ['Ed25519', Buffer.from(sequence(oid(OID.ed25519))).toString('hex')],
    ],
  );
});

const P256 = sequence(sequence(oid(OID.ecPublicKey), oid(OID.secp256r1)), bitString(P256_POINT));

test('other algorithms are refused, whatever the signature', () => {
  const refuses = (identifier: Uint8Array, message: RegExp) =>
    assertRefuses(() => verifySignature(parseSpki(P256), identifier, bytes('00'), bytes('00')), 'DER_INVALID', message);
  const list = /, expected that of one of sha256WithRSAEncryption, .*, ecdsa-with-SHA512, Ed25519$/;
  refuses(sequence(oid(OID.ecdsaWithSHA256), nullValue()), list);
  refuses(sequence(oid(OID.sha256WithRSAEncryption)), list);
  refuses(
    sequence(oid(OID.sha1WithRSAEncryption), nullValue()),
    /^signature algorithm identifier "300d06092a864886f70d0101050500", /,
  );
  refuses(sequence(oid(OID.rsassaPss)), list);
  refuses(bytes(''), list);
});

test('keys that prove nothing are refused', () => {
  const ecdsa = sequence(oid(OID.ecdsaWithSHA256));
  const rsaSha256 = sequence(oid(OID.sha256WithRSAEncryption), nullValue());
  const refuses = (spki: Uint8Array, identifier: Uint8Array, message: string) =>
    assertRefuses(() => verifySignature(parseSpki(spki), identifier, bytes('00'), bytes('00')), 'DER_INVALID', message);
  const off = Buffer.from(P256_POINT);
  off[64]! ^= 1;
  refuses(
    sequence(sequence(oid(OID.ecPublicKey), oid(OID.secp256r1)), bitString(off)),
    ecdsa,
    'public key that OpenSSL does not accept, such as a point that is not on its curve',
  );
  refuses(
    sequence(sequence(oid('1.3.101.110')), bitString(new Uint8Array(32))),
    ecdsa,
    'public key of algorithm "1.3.101.110", expected RSA, P-256, P-384, P-521 or Ed25519',
  );
  const rsa = (exponent: number) =>
    sequence(
      sequence(oid(OID.rsaEncryption), nullValue()),
      bitString(sequence(integer(2n ** 2048n - 1n), integer(exponent))),
    );
  refuses(rsa(1), rsaSha256, 'public key with the RSA exponent "01", expected an odd one of at least 3');
  refuses(rsa(4), rsaSha256, 'public key with the RSA exponent "04", expected an odd one of at least 3');
});

test('a PSS signature is no PKCS #1 v1.5 signature', () => {
  const certificate = parseCertificate(makeCertificate('pss', 'RSA', ['basicConstraints=CA:FALSE']));
  const key = createPrivateKey(get('pss.key'));
  const data = bytes('0102');
  const pss = sign('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING });
  assert.equal(verifySignature(certificate.spki, certificate.signatureAlgorithm.der, data, pss), false);
  assert.equal(
    verifySignature(certificate.spki, certificate.signatureAlgorithm.der, data, sign('sha256', data, key)),
    true,
  );
});
