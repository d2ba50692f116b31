import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  curveParameters,
  ED25519_PARAMETERS,
  ecdsaSigValue,
  ed25519Signature,
  parseSpki,
  publicKeyFromModulus,
  publicKeyFromPoint,
} from '../../src/token/public-key.ts';
import { refusal } from './token-fixture.ts';

function ecKey(namedCurve: string): Buffer {
  return generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' });
}

test('a point becomes the same SubjectPublicKeyInfo, raw or wrapped in an OCTET STRING', () => {
  const cases = [
    { curve: 'P-256', size: 65, header: '0441', prefix: '3059301306072a8648ce3d020106082a8648ce3d030107034200' },
    { curve: 'P-384', size: 97, header: '0461', prefix: '3076301006072a8648ce3d020106052b81040022036200' },
    { curve: 'P-521', size: 133, header: '048185', prefix: '30819b301006072a8648ce3d020106052b8104002303818600' },
  ] as const;
  for (const { curve, size, header, prefix } of cases) {
    const spki = ecKey(curve);
    assert.equal(spki.subarray(0, -size).toString('hex'), prefix);
    const point = spki.subarray(-size);
    const wrapped = Buffer.concat([Buffer.from(header, 'hex'), point]);
    for (const form of [point, wrapped]) {
      const key = publicKeyFromPoint(curveParameters(curve), form);
      assert.deepEqual(key?.spki, spki);
      assert.deepEqual(key?.kind === 'ec' && key.point, point);
    }
  }
});

test('a point that is not on the curve, compressed, or in another wrapping is refused; another curve is not ours', () => {
  const point = ecKey('P-256').subarray(-65);
  const off = Buffer.from(point);
  off[64]! ^= 1;
  assert.throws(
    () => publicKeyFromPoint(curveParameters('P-256'), off),
    refusal('HSM_KEY_INVALID', 'the EC public key fails its checks'),
  );
  const compressed = Buffer.concat([Buffer.of(2), point.subarray(1, 33)]);
  const wrongHeader = Buffer.concat([Buffer.of(0x03, 0x41), point]);
  for (const bad of [compressed, wrongHeader, Buffer.alloc(0), Buffer.concat([point, point])]) {
    assert.throws(
      () => publicKeyFromPoint(curveParameters('P-256'), bad),
      refusal('HSM_KEY_INVALID', /^CKA_EC_POINT is "[0-9a-f]*", expected an uncompressed point of P-256$/),
    );
  }
  assert.equal(publicKeyFromPoint(Buffer.from('06052b8104000a', 'hex'), point), undefined);
});

test('a modulus becomes an RSA key with its exact AlgorithmIdentifier, leading zeros or not', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  assert.equal(spki.subarray(4, 19).toString('hex'), '300d06092a864886f70d0101010500');
  const { n, e } = publicKey.export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n!, 'base64url'), Buffer.from(e!, 'base64url')];
  for (const zeros of [0, 1]) {
    const key = publicKeyFromModulus(Buffer.concat([Buffer.alloc(zeros), modulus]), exponent);
    assert.deepEqual(key.spki, spki);
    assert.deepEqual(key.kind === 'rsa' && [key.modulusBits, key.publicExponent], [2048, 65537]);
  }
});

test('the point of Ed25519 becomes its SubjectPublicKeyInfo, raw or wrapped, by any name of its curve', () => {
  const spki = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
  assert.equal(spki.subarray(0, -32).toString('hex'), '302a300506032b6570032100');
  const point = spki.subarray(-32);
  const name = Buffer.concat([Buffer.from('130c', 'hex'), Buffer.from('edwards25519')]);
  assert.deepEqual(ED25519_PARAMETERS, name);
  for (const params of [name, Buffer.from('06032b6570', 'hex'), Buffer.from('06092b06010401da470f01', 'hex')]) {
    for (const form of [point, Buffer.concat([Buffer.from('0420', 'hex'), point])])
      assert.deepEqual(publicKeyFromPoint(params, form)?.spki, spki);
  }
  const other = (header: string) => Buffer.concat([Buffer.from(header, 'hex'), point]);
  for (const bad of [Buffer.alloc(0), point.subarray(1), other('0421'), other('0320'), other('04'), other('00')]) {
    assert.throws(
      () => publicKeyFromPoint(name, bad),
      refusal('HSM_KEY_INVALID', /^CKA_EC_POINT is "[0-9a-f]*", expected the 32 bytes of an Ed25519 key$/),
    );
  }
});

test('an Ed25519 signature has 64 bytes and is taken as it is', () => {
  const signature = Buffer.alloc(64, 0x80);
  assert.equal(ed25519Signature(signature), signature);
  for (const length of [0, 63, 65])
    assert.throws(
      () => ed25519Signature(Buffer.alloc(length)),
      refusal('HSM_SIGNATURE', `the token made an Ed25519 signature of ${length} bytes, expected 64`),
    );
});

test('only the one DER form of an RSA, EC or Ed25519 key is taken from a peer', () => {
  const spki = ecKey('P-384');
  assert.deepEqual(parseSpki(spki, '"peer"').spki, spki);
  const off = Buffer.from(spki);
  off[off.length - 1]! ^= 1;
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
  assert.equal(parseSpki(ed25519, '"peer"').kind, 'edwards');
  const x25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' });
  const koblitz = ecKey('secp256k1');
  const compressedPoint = Buffer.concat([Buffer.of(2 + (spki.at(-1)! & 1)), spki.subarray(-96, -48)]);
  const compressed = Buffer.concat([
    Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex'),
    compressedPoint,
  ]);
  // OpenSSL itself takes the compressed form.
  assert.equal(createPublicKey({ key: compressed, format: 'der', type: 'spki' }).asymmetricKeyType, 'ec');
  for (const bad of [off, x25519, koblitz, compressed, Buffer.concat([spki, Buffer.alloc(1)]), Buffer.from('x')]) {
    assert.throws(
      () => parseSpki(bad, '"peer"'),
      refusal(
        'PKCS11_ARGUMENT',
        '"peer" is not the SubjectPublicKeyInfo of an RSA or Ed25519 key or of a point on P-256, P-384 or P-521, in DER',
      ),
    );
  }
});

test('Ecdsa-Sig-Value has minimal, positive integers', () => {
  const raw = (r: string, s: string) => Buffer.from(r.padStart(64, '0') + s.padStart(64, '0'), 'hex');
  const cases = [
    [raw('01', '7f'), '300602010102017f'],
    [raw('80', '00ff'), '300802020080020200ff'],
    [raw('ff'.repeat(32), '01'), `3026022100${'ff'.repeat(32)}020101`],
  ] as const;
  for (const [signature, expected] of cases) {
    assert.equal(Buffer.from(ecdsaSigValue(signature, 32)).toString('hex'), expected);
  }
  assert.throws(
    () => ecdsaSigValue(Buffer.alloc(63), 32),
    refusal('HSM_SIGNATURE', 'the token made an ECDSA signature of 63 bytes, expected 64'),
  );
});
