import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { boolean, namedBitString, octetString, sequence } from '../../src/der/writer.ts';
import { derOfCertificateFile, takeCaCertificate } from '../../src/pki/certificate-intake.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { extensionDer, NAME, NOTHING, nameOf } from '../x509/build.ts';
import { PARTNER, type PartnerFields, partnerExtensions, partnerRoot } from './partner.ts';
import { ecPair, spkiOf } from './requests.ts';

const KEY = ecPair('P-384');
const NONE = { key: undefined, ownKeys: new Map() };
const [CA, USAGE, IDENTIFIER] = partnerExtensions(KEY) as [Uint8Array, Uint8Array, Uint8Array];
const NO_IDENTIFIER = 'it has no subject key identifier, by which what it has issued finds it';

/** What is wrong, the code by which it is refused, and what is said. */
const CASES: readonly (readonly [name: string, change: Partial<PartnerFields>, code: string, message: string])[] = [
  [
    'no CA',
    { extensions: [extensionDer(OID.basicConstraints, sequence(), true), USAGE, IDENTIFIER] },
    'CERTIFICATE_UNFIT',
    'it is not the certificate of a CA: basicConstraints does not say so',
  ],
  [
    'a CA that does not say so',
    { extensions: [USAGE, IDENTIFIER] },
    'CERTIFICATE_UNFIT',
    'it is not the certificate of a CA: basicConstraints does not say so',
  ],
  [
    'a key for CRLs alone',
    { extensions: [CA, extensionDer(OID.keyUsage, namedBitString([6]), true), IDENTIFIER] },
    'CERTIFICATE_UNFIT',
    'its key is not for signing certificates: keyUsage has no keyCertSign',
  ],
  ['no key identifier', { extensions: [CA, USAGE] }, 'CERTIFICATE_UNFIT', NO_IDENTIFIER],
  [
    'an empty key identifier',
    { extensions: [CA, USAGE, extensionDer(OID.subjectKeyIdentifier, octetString(NOTHING))] },
    'CERTIFICATE_UNFIT',
    NO_IDENTIFIER,
  ],
  ['an empty subject', { subject: nameOf() }, 'CERTIFICATE_UNFIT', 'its subject is empty'],
  [
    'another signature than its own',
    { signer: ecPair('P-384') },
    'REQUEST_SIGNATURE',
    'its signature (ecdsa-with-SHA384) is not that of its own key',
  ],
];

describe('the certificate of a CA outside', () => {
  test('is taken: strict DER, of a CA, signed with its own key', () => {
    const der = partnerRoot({ key: KEY });
    const { certificate, algorithm } = takeCaCertificate(der, 'x', { ...NONE, key: 'ecdsa-p384' });
    assert.equal(algorithm, 'ecdsa-p384');
    assert.deepEqual(Buffer.from(certificate.subject.der), Buffer.from(PARTNER));
  });

  test('is taken where another CA has signed it: that signature cannot be verified here', () => {
    const der = partnerRoot({ key: KEY, issuer: NAME, signer: ecPair('P-384') });
    assert.equal(takeCaCertificate(der, 'x', NONE).algorithm, 'ecdsa-p384');
  });

  test('needs no key usage: without one no use is excluded (RFC 5280 §4.2.1.3)', () => {
    assert.ok(takeCaCertificate(partnerRoot({ key: KEY, extensions: [CA, IDENTIFIER] }), 'x', NONE));
  });

  for (const [name, change, code, message] of CASES) {
    test(`is refused: ${name}`, () => {
      assert.throws(() => takeCaCertificate(partnerRoot({ key: KEY, ...change }), 'x', NONE), {
        code,
        message: `x: ${message}`,
      });
    });
  }

  test('is refused with all that speaks against it, by the first', () => {
    const der = partnerRoot({ key: KEY, extensions: [], signer: ecPair('P-384') });
    assert.throws(
      () => takeCaCertificate(der, 'x', NONE),
      (error: unknown) => {
        assert.ok(error instanceof CeremonyError);
        assert.equal(error.code, 'CERTIFICATE_UNFIT');
        assert.equal(error.message.split('; ').length, 3);
        return true;
      },
    );
  });

  test('is refused with a key of this CA, or of another algorithm than the script says', () => {
    const der = partnerRoot({ key: KEY });
    const ownKeys = new Map([[sha256(spkiOf(KEY)), 'the key "root" of this CA']]);
    assert.throws(() => takeCaCertificate(der, 'x', { key: undefined, ownKeys }), {
      code: 'REQUEST_KEY_KNOWN',
      message: 'x: its key is that of the key "root" of this CA',
    });
    assert.throws(() => takeCaCertificate(der, 'x', { ...NONE, key: 'rsa-4096' }), {
      code: 'REQUEST_ALGORITHM',
      message: /^x: its key is EC P-384, expected RSA 4096/,
    });
  });

  test('is DER or one block of PEM', () => {
    const der = partnerRoot({ key: KEY });
    assert.deepEqual(derOfCertificateFile(Buffer.from(pemOf('CERTIFICATE', der)), 'x'), Buffer.from(der));
    assert.equal(derOfCertificateFile(der, 'x'), der);
    assert.throws(() => derOfCertificateFile(Buffer.from(pemOf('X509 CRL', der)), 'x'), {
      code: 'DER_INVALID',
      message: 'PEM of label "X509 CRL", expected CERTIFICATE',
    });
    assert.throws(() => takeCaCertificate(Buffer.concat([der, boolean(true)]), 'x', NONE), { code: 'DER_INVALID' });
  });
});
