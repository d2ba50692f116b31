import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  isKeyAlgorithmName,
  isSignatureName,
  KEY_ALGORITHMS,
  SIGNATURES,
  signatureByIdentifier,
} from '../../src/pki/algorithms.ts';
import {
  PRIVATE_SIGNATURE_IDENTIFIERS,
  SIGNATURE_IDENTIFIERS,
  SPKI_IDENTIFIERS,
} from '../../src/pki/tls-algorithms.ts';
import { ALGORITHMS, SIGNATURE_MECHANISMS } from '../../src/quorum/operation.ts';
import { parseSpki } from '../../src/x509/public-key.ts';

describe('algorithms', () => {
  it('are those that an operation may name', () => {
    const forCa = Object.values(KEY_ALGORITHMS).filter((algorithm) => algorithm.forCa);
    assert.deepEqual(forCa.map(({ name }) => name).sort(), [...ALGORITHMS].sort());
    assert.deepEqual(Object.keys(SIGNATURES).sort(), [...SIGNATURE_MECHANISMS].sort());
  });

  it('are all among those of the requirements but Ed25519, byte for byte, and pair as they say', () => {
    for (const { spkiIdentifier, signature, signatures } of Object.values(KEY_ALGORITHMS)) {
      assert.equal(SPKI_IDENTIFIERS.includes(spkiIdentifier), signature !== 'ed25519');
      assert.ok(signatures.includes(signature));
      for (const name of signatures)
        assert.equal(PRIVATE_SIGNATURE_IDENTIFIERS.get(SIGNATURES[name].identifier)?.keys, spkiIdentifier);
    }
  });

  it('have the identifiers that OpenSSL writes', () => {
    const keys = {
      'ecdsa-p256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      'ecdsa-p384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      'ecdsa-p521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      ed25519: generateKeyPairSync('ed25519'),
      'rsa-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    };
    for (const [name, { publicKey }] of Object.entries(keys)) {
      const spki = parseSpki(publicKey.export({ type: 'spki', format: 'der' }));
      assert.ok(isKeyAlgorithmName(name));
      assert.equal(Buffer.from(spki.algorithm.der).toString('hex'), KEY_ALGORITHMS[name].spkiIdentifier);
    }
  });

  it('are found by name and by bytes, and nothing else is', () => {
    assert.equal(signatureByIdentifier('300a06082a8648ce3d040303')?.name, 'ecdsa-sha384');
    assert.equal(signatureByIdentifier('300c06082a8648ce3d0403030500'), undefined);
    assert.ok(!isKeyAlgorithmName('toString'));
    assert.ok(isSignatureName('ecdsa-sha256') && !isSignatureName('sha256'));
  });

  it('has the full RSASSA-PSS identifiers of the requirements (TLS BR §7.1.3.2.1)', () => {
    const pss = [...SIGNATURE_IDENTIFIERS].filter(([, { name }]) => name.startsWith('RSASSA-PSS'));
    assert.deepEqual(
      pss.map(([hex]) => hex),
      [
        '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
        '304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130',
        '304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140',
      ],
    );
  });
});
