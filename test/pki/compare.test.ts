import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { contextPrimitive } from '../../src/der/tags.ts';
import {
  boolean,
  element,
  explicit,
  generalizedTime,
  integer,
  octetString,
  oid,
  printableString,
  sequence,
  time,
} from '../../src/der/writer.ts';
import { compareCertificate, compareCrl } from '../../src/pki/compare.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { type CertificateRequest, type CrlRequest, type Revocation, serialNumber } from '../../src/pki/request.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import * as made from './broken.ts';
import { crlProfile, rootProfile } from './fixtures.ts';

const request: CertificateRequest = {
  profile: rootProfile(),
  subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Root CA G1' }),
  issuer: 'self',
  notBefore: '2027-03-01T09:00:00Z',
  notAfter: '2037-03-01T08:59:59Z',
  keyAlgorithm: 'ecdsa-p384',
  signatureAlgorithm: 'ecdsa-sha384',
};
const holes = { spki: made.SPKI, serial: serialNumber(new Uint8Array(16).fill(0x5a)) };
const fieldsOf = (der: Uint8Array, asked = request) =>
  compareCertificate(parseCertificate(der), asked, holes).map(({ field }) => field);
const extensions = (...list: readonly Uint8Array[]) => made.certificate({ extensions: list });
const [basic, usage, subject, authority] = made.EXTENSIONS;
const names = 'extensions: identifiers in order';

describe('compareCertificate', () => {
  it('finds nothing in what was asked for, whole or only what is signed', () => {
    const der = made.certificate();
    assert.deepEqual(compareCertificate(parseCertificate(der), request, holes), []);
    assert.deepEqual(compareCertificate(parseTbsCertificate(parseCertificate(der).tbs), request, holes), []);
  });

  it('says what was asked and what was found', () => {
    const found = compareCertificate(
      parseCertificate(made.certificate({ notAfter: time('2038-03-01T08:59:59Z') })),
      request,
      holes,
    );
    assert.deepEqual(found, [
      { field: 'notAfter', asked: '2037-03-01T08:59:59Z (utc)', found: '2038-03-01T08:59:59Z (utc)' },
    ]);
  });

  const otherKey = made.rsaSpki((1n << 2047n) + 1n);
  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['another version', made.certificate({ version: explicit(0, integer(1)) }), ['version']],
    ['another serial number', made.certificate({ serial: integer(5) }), ['serialNumber']],
    [
      'another algorithm in both places',
      made.certificate({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
      ['signature', 'signatureAlgorithm'],
    ],
    [
      'another algorithm beside the signature',
      made.certificate({ signatureAlgorithm: made.ECDSA_SHA256 }),
      ['signatureAlgorithm'],
    ],
    ['another issuer', made.certificate({ issuer: made.nameWith(made.country) }), ['issuer']],
    ['another notBefore', made.certificate({ notBefore: time('2027-03-01T09:00:01Z') }), ['notBefore']],
    [
      'a date in the other type',
      made.certificate({ notBefore: generalizedTime('2027-03-01T09:00:00Z') }),
      ['notBefore'],
    ],
    [
      'the subject in another string type',
      made.certificate({
        subject: sequence(
          made.country,
          made.rdn(OID.organizationName, printableString('Example Org')),
          made.commonName,
        ),
      }),
      ['subject'],
    ],
    ['another key', made.certificate({ spki: otherKey }), ['subjectPublicKeyInfo']],
    [
      'an issuerUniqueID',
      made.certificate({ uniqueIds: element(contextPrimitive(1), Uint8Array.of(0)) }),
      ['issuerUniqueID'],
    ],
    [
      'a subjectUniqueID',
      made.certificate({ uniqueIds: element(contextPrimitive(2), Uint8Array.of(0)) }),
      ['subjectUniqueID'],
    ],
    ['a missing extension', extensions(basic, usage, subject), [names]],
    ['a further extension', extensions(basic, usage, subject, authority, made.extension('1.2.3', sequence())), [names]],
    ['an extension twice', extensions(basic, usage, subject, authority, authority), [names]],
    ['extensions in another order', extensions(usage, basic, subject, authority), [names]],
    ['no extension at all', extensions(), [names]],
    [
      'a path length',
      extensions(
        made.extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true),
        usage,
        subject,
        authority,
      ),
      ['extensions: basicConstraints'],
    ],
    ['another key usage', extensions(basic, made.keyUsage(0, 5, 6), subject, authority), ['extensions: keyUsage']],
    [
      'a key usage that is not critical',
      extensions(basic, made.extension(OID.keyUsage, Uint8Array.of(3, 2, 1, 6)), subject, authority),
      ['extensions: keyUsage'],
    ],
    [
      'a criticality written out',
      extensions(
        basic,
        usage,
        sequence(oid(OID.subjectKeyIdentifier), boolean(false), octetString(octetString(made.KEY_ID))),
        authority,
      ),
      ['extensions: subjectKeyIdentifier'],
    ],
  ];
  for (const [what, der, fields] of cases) {
    it(`finds ${what}`, () => assert.deepEqual(fieldsOf(der), fields));
  }

  it('finds what was asked for and is not there, and what another profile adds', () => {
    const asked = { ...request, profile: rootProfile({ policies: ['2.23.140.1.2.1'] }) };
    assert.deepEqual(compareCertificate(parseCertificate(made.certificate()), asked, holes), [
      {
        field: names,
        asked: 'basicConstraints, keyUsage, certificatePolicies, subjectKeyIdentifier, authorityKeyIdentifier',
        found: 'basicConstraints, keyUsage, subjectKeyIdentifier, authorityKeyIdentifier',
      },
    ]);
  });

  it('finds another issuer than asked for: name and key identifier', () => {
    const issuer = { name: made.nameWith(made.country), keyIdentifier: Uint8Array.of(1, 2) };
    assert.deepEqual(fieldsOf(made.certificate(), { ...request, issuer }), [
      'issuer',
      'extensions: authorityKeyIdentifier',
    ]);
  });
});

describe('compareCrl', () => {
  const crlRequest: CrlRequest = {
    profile: crlProfile(),
    issuer: { name: made.NAME, keyIdentifier: made.KEY_ID },
    number: 1n,
    thisUpdate: '2027-03-01T09:00:00Z',
    nextUpdate: '2028-02-28T09:00:00Z',
    revoked: [],
    signatureAlgorithm: 'ecdsa-sha384',
  };
  const revocation: Revocation = { serial: Uint8Array.of(5), at: '2027-02-01T00:00:00Z', reason: 'keyCompromise' };
  const withEntry: CrlRequest = { ...crlRequest, revoked: [revocation] };
  const one = made.crl({ revoked: [made.entry(5)] });
  const fieldsOfCrl = (der: Uint8Array, asked: CrlRequest = crlRequest) =>
    compareCrl(parseCrl(der), asked).map(({ field }) => field);

  it('finds nothing in what was asked for, whole or only what is signed', () => {
    assert.deepEqual(fieldsOfCrl(made.crl()), []);
    assert.deepEqual(fieldsOfCrl(one, withEntry), []);
    assert.deepEqual(compareCrl(parseTbsCertList(parseCrl(made.crl()).tbs), crlRequest), []);
  });

  const none = new Uint8Array();
  const cases: readonly (readonly [string, Uint8Array, CrlRequest, readonly string[]])[] = [
    ['another version', made.crl({ version: none }), crlRequest, ['version']],
    ['another algorithm', made.crl({ signature: made.ECDSA_SHA256 }), crlRequest, ['signature']],
    [
      'another algorithm beside the signature',
      made.crl({ signatureAlgorithm: made.ECDSA_SHA256 }),
      crlRequest,
      ['signatureAlgorithm'],
    ],
    ['another issuer', made.crl({ issuer: made.nameWith(made.country) }), crlRequest, ['issuer']],
    ['another thisUpdate', made.crl({ thisUpdate: time('2027-03-01T09:00:01Z') }), crlRequest, ['thisUpdate']],
    ['no nextUpdate', made.crl({ nextUpdate: none }), crlRequest, ['nextUpdate']],
    ['an empty list of entries', made.crl({ revoked: [] }), crlRequest, ['revokedCertificates']],
    ['an entry too many', one, crlRequest, ['revokedCertificates', 'number of entries']],
    ['an entry too few', made.crl(), withEntry, ['revokedCertificates', 'number of entries']],
    ['another serial number', made.crl({ revoked: [made.entry(6)] }), withEntry, ['userCertificate']],
    [
      'another revocation date',
      made.crl({ revoked: [made.entry(5, [made.reason(1)], '2027-02-01T00:00:01Z')] }),
      withEntry,
      ['revocationDate of 05'],
    ],
    ['another reason', made.crl({ revoked: [made.entry(5, [made.reason(4)])] }), withEntry, ['reasonCode of 05']],
    [
      'a malformed reason',
      made.crl({ revoked: [made.entry(5, [made.extension(OID.reasonCode, integer(1))])] }),
      withEntry,
      ['reasonCode of 05'],
    ],
    ['no reason', made.crl({ revoked: [made.entry(5, [])] }), withEntry, ['extensions of 05']],
    [
      'a critical reason',
      made.crl({ revoked: [made.entry(5, [made.reason(1, true)])] }),
      withEntry,
      ['extensions of 05'],
    ],
    [
      'another number',
      made.crl({ extensions: [made.authorityKeyId, made.crlNumber(2n)] }),
      crlRequest,
      ['crlExtensions: cRLNumber'],
    ],
    [
      'a further extension',
      made.crl({ extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, made.flag(2))] }),
      crlRequest,
      ['crlExtensions: identifiers in order'],
    ],
    ['no extensions', made.crl({ extensions: [] }), crlRequest, ['crlExtensions: identifiers in order']],
  ];
  for (const [what, der, asked, fields] of cases) {
    it(`finds ${what}`, () => assert.deepEqual(fieldsOfCrl(der, asked), fields));
  }

  it('says reasons by name and number', () => {
    const found = compareCrl(parseCrl(made.crl({ revoked: [made.entry(5, [made.reason(9)])] })), withEntry);
    assert.deepEqual(found, [
      { field: 'reasonCode of 05', asked: 'keyCompromise (1)', found: 'privilegeWithdrawn (9)' },
    ]);
  });
});
