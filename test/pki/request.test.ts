import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { octetString } from '../../src/der/writer.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import {
  type CertificateRequest,
  type CrlRequest,
  crlRequestProblems,
  requestProblems,
  serialNumber,
} from '../../src/pki/request.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { certificate, EXTENSIONS, extension, KEY_ID, NAME } from './broken.ts';
import { crlProfile, profileOf, rootProfile, SCRIPTED } from './fixtures.ts';

const request: CertificateRequest = {
  profile: rootProfile(),
  subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Root CA G1' }),
  issuer: 'self',
  notBefore: '2027-03-01T09:00:00Z',
  notAfter: '2037-03-01T08:59:59Z',
  keyAlgorithm: 'ecdsa-p384',
  signatureAlgorithm: 'ecdsa-sha384',
};

const crlRequest: CrlRequest = {
  profile: crlProfile(),
  issuer: { name: new Uint8Array(), keyIdentifier: new Uint8Array(20) },
  number: 1n,
  thisUpdate: '2027-03-01T09:00:00Z',
  nextUpdate: '2028-02-28T09:00:00Z',
  revoked: [],
  signatureAlgorithm: 'ecdsa-sha384',
};

describe('serialNumber', () => {
  it('is 01 and the 16 random octets, whatever they are', () => {
    for (const octet of [0x00, 0x7f, 0x80, 0xff]) {
      const serial = serialNumber(new Uint8Array(16).fill(octet));
      assert.equal(Buffer.from(serial).toString('hex'), `01${octet.toString(16).padStart(2, '0').repeat(16)}`);
    }
  });
  it('takes no other number of octets', () => {
    assert.throws(() => serialNumber(new Uint8Array(15)), {
      name: 'RangeError',
      message: 'serial number from 15 random octets',
    });
  });
});

describe('issuerIdentity', () => {
  it('copies name and key identifier from the certificate', () => {
    assert.deepEqual(issuerIdentity(parseCertificate(certificate())), { name: NAME, keyIdentifier: KEY_ID });
  });
  it('refuses a certificate without a subject key identifier, or with an empty one', () => {
    const empty = extension(OID.subjectKeyIdentifier, octetString());
    for (const extensions of [EXTENSIONS.slice(0, 2), [...EXTENSIONS.slice(0, 2), empty]]) {
      assert.throws(() => issuerIdentity(parseCertificate(certificate({ extensions }))), {
        code: 'PROFILE_INVALID',
        message: 'the issuer certificate has no subject key identifier to refer to',
      });
    }
  });
});

describe('requestProblems', () => {
  it('finds nothing in a request for a root', () => assert.deepEqual(requestProblems(request), []));
  const cases: readonly (readonly [Partial<CertificateRequest>, string])[] = [
    [{ notBefore: '2027-03-01' }, 'notBefore: "2027-03-01" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ'],
    [
      { notAfter: '2037-02-29T00:00:00Z' },
      'notAfter: "2037-02-29T00:00:00Z" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ',
    ],
    [{ notBefore: '1949-12-31T23:59:59Z' }, 'notBefore "1949-12-31T23:59:59Z" is before 1950'],
    [{ signatureAlgorithm: 'ecdsa-sha256' }, 'the signature algorithm ecdsa-sha256 does not fit a key of ECDSA P-384'],
    [
      { keyAlgorithm: 'rsa-2048', signatureAlgorithm: 'rsa-pkcs1-sha256' },
      'the key algorithm RSA 2048 is not one for a CA key',
    ],
    [{ subject: [] }, 'the subject is empty, expected at least one attribute'],
  ];
  for (const [change, message] of cases) {
    it(message, () => assert.deepEqual(requestProblems({ ...request, ...change }), [message]));
  }
});

describe('requestProblems of a certificate under another CA', () => {
  const issuer = { name: NAME, keyIdentifier: KEY_ID };
  const below: CertificateRequest = {
    ...request,
    profile: profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']),
    subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'Example TLS CA 1' }),
    issuer,
    signatureAlgorithm: 'rsa-pkcs1-sha384',
  };
  const responder = profileOf('ocsp-responder');
  it('finds nothing in one whose issuer has a key of another algorithm', () => {
    assert.deepEqual(requestProblems(below), []);
    assert.deepEqual(requestProblems({ ...below, profile: responder, keyAlgorithm: 'rsa-2048' }), []);
  });
  const cases: readonly (readonly [Partial<CertificateRequest>, string])[] = [
    [
      { issuer: 'self', signatureAlgorithm: 'ecdsa-sha384' },
      'a certificate of kind "subordinate-ca" needs an issuer, and this one would sign itself',
    ],
    [
      { issuer: 'self', signatureAlgorithm: 'ecdsa-sha384', profile: responder },
      'a certificate of kind "ocsp-responder" needs an issuer, and this one would sign itself',
    ],
    [{ profile: rootProfile() }, 'a certificate of kind "root-ca" signs itself, and this one has another issuer'],
    [
      { issuer: { name: encodeName(below.subject), keyIdentifier: KEY_ID } },
      'the subject is the name of the issuer, expected another one',
    ],
    [{ keyAlgorithm: 'rsa-2048' }, 'the key algorithm RSA 2048 is not one for a CA key'],
    [{ subject: [] }, 'the subject is empty, expected at least one attribute'],
  ];
  for (const [change, message] of cases) {
    it(message, () => assert.deepEqual(requestProblems({ ...below, ...change }), [message]));
  }
});

describe('crlRequestProblems', () => {
  const revocation = (serial: string) => ({
    serial: Uint8Array.from(Buffer.from(serial, 'hex')),
    at: '2027-02-01T00:00:00Z',
    reason: 'keyCompromise' as const,
  });
  it('finds nothing in a request for a first CRL', () => assert.deepEqual(crlRequestProblems(crlRequest), []));
  it('takes any number from 0, and any serial number that an INTEGER can have', () => {
    const revoked = ['00', '05', '80', '0080', 'ff7f', '7fff', `01${'00'.repeat(19)}`].map(revocation);
    assert.deepEqual(crlRequestProblems({ ...crlRequest, number: 0n, revoked }), []);
  });
  const cases: readonly (readonly [Partial<CrlRequest>, string])[] = [
    [{ number: -1n }, 'the CRL number -1 is not from 0 to 2^159-1'],
    [{ number: 1n << 159n }, `the CRL number ${1n << 159n} is not from 0 to 2^159-1`],
    [{ nextUpdate: 'later' }, 'nextUpdate: "later" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ'],
    [{ revoked: [revocation('05'), revocation('05')] }, 'the serial number 05 is revoked twice'],
    [{ revoked: [revocation('0005')] }, 'the serial number "0005" of a revocation is not the content of an INTEGER'],
    [{ revoked: [revocation('ff80')] }, 'the serial number "ff80" of a revocation is not the content of an INTEGER'],
    [{ revoked: [revocation('')] }, 'the serial number "" of a revocation is not the content of an INTEGER'],
    [
      { revoked: [{ ...revocation('05'), at: '2027-02-30T00:00:00Z' }] },
      'the revocation date of 05: "2027-02-30T00:00:00Z" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ',
    ],
  ];
  for (const [change, message] of cases) {
    it(message.slice(0, 80), () => assert.deepEqual(crlRequestProblems({ ...crlRequest, ...change }), [message]));
  }
});
