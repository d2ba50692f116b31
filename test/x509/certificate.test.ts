import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import {
  bitString,
  boolean,
  explicit,
  generalizedTime,
  ia5String,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  time,
  utcTime,
  utf8String,
} from '../../src/der/writer.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { assertRefuses, mutationsOf } from '../der/refusal.ts';
import { certificateOf, ECDSA_SHA256, extensionDer, NAME, NOTHING, nameOf, SPKI, tbsOf } from './build.ts';
import { get, makeCertificate, openssl } from './openssl.ts';

const EXTENSIONS = [
  'basicConstraints=critical,CA:TRUE,pathlen:1',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid:always',
];

for (const kind of ['P-256', 'P-384', 'P-521', 'RSA'] as const) {
  test(`a ${kind} certificate of openssl reads as openssl and node:crypto read it`, () => {
    const der = makeCertificate(kind, kind, EXTENSIONS, { subject: '/C=DE/O=Beispiel GmbH/CN=Größe' });
    const certificate = parseCertificate(der);
    const judge = new X509Certificate(der);
    assert.equal(certificate.version, 3);
    assert.equal(certificate.serial.hex.replace(/^00/, '').toUpperCase(), judge.serialNumber);
    assert.equal(certificate.notBefore.at, new Date(judge.validFrom).toISOString().replace('.000Z', 'Z'));
    assert.equal(certificate.notAfter.at, new Date(judge.validTo).toISOString().replace('.000Z', 'Z'));
    assert.deepEqual(Buffer.from(certificate.spki.der), judge.publicKey.export({ type: 'spki', format: 'der' }));
    assert.deepEqual(
      certificate.subject.attributes.map(({ oid, value, rdn }) => [oid, value, rdn]),
      [
        [OID.countryName, 'DE', 0],
        [OID.organizationName, 'Beispiel GmbH', 1],
        [OID.commonName, 'Größe', 2],
      ],
    );
    assert.deepEqual(
      certificate.extensions.map((extension) => [extension.oid, extension.critical, extension.criticalEncoded]),
      [
        [OID.basicConstraints, true, true],
        [OID.keyUsage, true, true],
        [OID.subjectKeyIdentifier, false, false],
        [OID.authorityKeyIdentifier, false, false],
      ],
    );
    assert.deepEqual(certificate.signatureAlgorithm.der, certificate.tbsSignatureAlgorithm.der);
    openssl('asn1parse', '-in', `${kind}.pem`, '-strparse', '4', '-noout', '-out', `${kind}.tbs`);
    assert.deepEqual(get(`${kind}.tbs`), Buffer.from(certificate.tbs));
    assert.deepEqual(parseTbsCertificate(certificate.tbs), without(certificate));
  });
}

function without(certificate: ReturnType<typeof parseCertificate>): object {
  const { der: _der, signature: _signature, signatureAlgorithm: _algorithm, ...tbs } = certificate;
  return tbs;
}

test('the parts of a certificate put together here are found again', () => {
  const multi = sequence(
    set(sequence(oid(OID.commonName), utf8String('a')), sequence(oid(OID.serialNumber), printableString('1'))),
  );
  const certificate = parseCertificate(
    certificateOf({
      serial: integer(Buffer.from('80ff', 'hex')),
      subject: multi,
      uniqueIds: Buffer.concat([implicit(1, Buffer.from('0001', 'hex')), implicit(2, Buffer.from('0002', 'hex'))]),
      validity: sequence(utcTime('2027-01-01T00:00:00Z'), generalizedTime('2027-06-01T00:00:00Z')),
      extensions: explicit(3, sequence(extensionDer('1.2.3', nullValue(), false))),
    }),
  );
  assert.equal(certificate.serial.hex, '0080ff');
  assert.deepEqual(
    certificate.subject.attributes.map(({ rdn }) => rdn),
    [0, 0],
  );
  assert.ok(certificate.hasIssuerUniqueId && certificate.hasSubjectUniqueId);
  assert.deepEqual(certificate.notAfter, { at: '2027-06-01T00:00:00Z', form: 'generalized' });
  const [found] = certificate.extensions;
  assert.deepEqual(
    [found?.oid, found?.critical, found?.criticalEncoded, hexOf(found?.value ?? NOTHING)],
    ['1.2.3', false, true, '0500'],
  );
});

test('what a linter must see is read, not refused', () => {
  const empty = parseCertificate(certificateOf({ extensions: explicit(3, sequence()) }));
  assert.deepEqual([empty.extensionsPresent, empty.extensions.length], [true, 0]);
  const none = parseCertificate(certificateOf({ version: NOTHING, extensions: NOTHING }));
  assert.deepEqual([none.version, none.extensionsPresent], [1, false]);
  assert.equal(parseCertificate(certificateOf({ serial: integer(-5) })).serial.hex, 'fb');
  assert.equal(parseCertificate(certificateOf({ subject: sequence() })).subject.attributes.length, 0);
  const odd = parseCertificate(
    certificateOf({ subject: nameOf([OID.commonName, octetString(Buffer.from('aa', 'hex'))]) }),
  );
  assert.equal(odd.subject.attributes[0]?.value, '#0401aa');
});

const MALFORMED: readonly (readonly [name: string, der: Uint8Array, message: string | RegExp])[] = [
  ['no SEQUENCE', integer(1), 'certificate, byte 0: expected SEQUENCE for Certificate, found INTEGER'],
  ['no signature', sequence(tbsOf(), ECDSA_SHA256), /expected BIT STRING for signatureValue, found the end$/],
  [
    'an element after the signature',
    sequence(tbsOf(), ECDSA_SHA256, bitString(NOTHING), nullValue()),
    /expected the end of Certificate, found NULL$/,
  ],
  [
    'signature with unused bits',
    sequence(tbsOf(), ECDSA_SHA256, bitString(Buffer.from('80', 'hex'), 7)),
    /expected whole octets in the BIT STRING signatureValue, found 7 unused bits$/,
  ],
  [
    'version 1 written down',
    certificateOf({ version: explicit(0, integer(0)) }),
    /expected no version field, found the default one$/,
  ],
  ['version 4', certificateOf({ version: explicit(0, integer(3)) }), /expected version from 0 to 2, found 03 \(hex\)$/],
  [
    'two versions',
    certificateOf({ version: explicit(0, integer(2), integer(2)) }),
    /expected the end of version, found INTEGER$/,
  ],
  [
    'serial number that is no INTEGER',
    certificateOf({ serial: octetString(NOTHING) }),
    /expected INTEGER for serialNumber, found OCTET STRING$/,
  ],
  [
    'algorithm without an identifier',
    certificateOf({ algorithm: sequence() }),
    /expected OBJECT IDENTIFIER for signature algorithm, found the end$/,
  ],
  [
    'algorithm with two parameters',
    certificateOf({ algorithm: sequence(oid('1.2.3'), nullValue(), nullValue()) }),
    /expected the end of signature, found NULL$/,
  ],
  [
    'algorithm with malformed parameters',
    certificateOf({ algorithm: sequence(oid('1.2.3'), Buffer.from('050100', 'hex')) }),
    /expected no content in the NULL signature parameters$/,
  ],
  [
    'empty RDN',
    certificateOf({ issuer: sequence(set()) }),
    /expected an attribute in each relative distinguished name of issuer$/,
  ],
  [
    'RDN out of order',
    certificateOf({
      issuer: sequence(
        Buffer.concat([
          Buffer.from([0x31, 24]),
          sequence(oid('1.2.4'), utf8String('aaaa')),
          sequence(oid('1.2.3'), utf8String('aaaa')),
        ]),
      ),
    }),
    /in ascending order \(SET OF\)$/,
  ],
  [
    'attribute with two values',
    certificateOf({ issuer: sequence(set(sequence(oid('2.5.4.3'), utf8String('a'), utf8String('b')))) }),
    /expected the end of an attribute of issuer, found UTF8String$/,
  ],
  [
    'attribute outside its alphabet',
    certificateOf({ issuer: nameOf([OID.countryName, Buffer.from('130140', 'hex')]) }),
    /expected the alphabet of its string type in a value of issuer$/,
  ],
  [
    'three times',
    certificateOf({
      validity: sequence(time('2027-01-01T00:00:00Z'), time('2028-01-01T00:00:00Z'), time('2029-01-01T00:00:00Z')),
    }),
    /expected the end of validity, found UTCTime$/,
  ],
  [
    'one time',
    certificateOf({ validity: sequence(time('2027-01-01T00:00:00Z')) }),
    /expected notAfter, found the end$/,
  ],
  [
    'a date that is a text',
    certificateOf({ validity: sequence(ia5String('270101000000Z'), time('2028-01-01T00:00:00Z')) }),
    /expected UTCTime or GeneralizedTime for notBefore, found IA5String$/,
  ],
  [
    'key with unused bits',
    certificateOf({ spki: sequence(sequence(oid('1.2.3')), bitString(Buffer.from('80', 'hex'), 3)) }),
    /expected whole octets in the BIT STRING subjectPublicKeyInfo, found 3 unused bits$/,
  ],
  [
    'unique ids the wrong way round',
    certificateOf({
      uniqueIds: Buffer.concat([implicit(2, Buffer.from('00', 'hex')), implicit(1, Buffer.from('00', 'hex'))]),
    }),
    /expected the end of tbsCertificate, found \[1\] \(primitive\)$/,
  ],
  [
    'unique id that is no BIT STRING',
    certificateOf({ uniqueIds: implicit(1) }),
    /expected at least one octet for the BIT STRING issuerUniqueID$/,
  ],
  [
    'two lists of extensions',
    certificateOf({ extensions: explicit(3, sequence(), sequence()) }),
    /expected the end of extensions, found SEQUENCE$/,
  ],
  [
    'extension without a value',
    certificateOf({ extensions: explicit(3, sequence(sequence(oid('1.2.3')))) }),
    /expected OCTET STRING for the value of 1\.2\.3 in extensions, found the end$/,
  ],
  [
    'critical that is 01',
    certificateOf({
      extensions: explicit(3, sequence(sequence(oid('1.2.3'), Buffer.from('010101', 'hex'), octetString(NOTHING)))),
    }),
    /expected 00 or ff for the BOOLEAN critical in extensions, found "01"$/,
  ],
  [
    'extension with a fourth part',
    certificateOf({
      extensions: explicit(3, sequence(sequence(oid('1.2.3'), boolean(true), octetString(NOTHING), nullValue()))),
    }),
    /expected the end of an element of extensions, found NULL$/,
  ],
  [
    'an element after the extensions',
    certificateOf({ after: nullValue() }),
    /expected the end of tbsCertificate, found NULL$/,
  ],
];

for (const [name, der, message] of MALFORMED) {
  test(`refuses: ${name}`, () => assertRefuses(() => parseCertificate(der), 'DER_INVALID', message));
}

test('a bare TBSCertificate is no certificate, and the reverse', () => {
  assertRefuses(() => parseCertificate(tbsOf()), 'DER_INVALID', /expected SEQUENCE for tbsCertificate, found \[0\]$/);
  assertRefuses(
    () => parseTbsCertificate(certificateOf()),
    'DER_INVALID',
    'TBSCertificate, byte 4: expected INTEGER for serialNumber, found SEQUENCE',
  );
  assert.deepEqual(parseTbsCertificate(tbsOf()).issuer.der, NAME);
  assert.deepEqual(parseTbsCertificate(tbsOf()).spki.der, SPKI);
});

test('a certificate of more than 256 KiB is refused', () => {
  assertRefuses(
    () => parseCertificate(new Uint8Array(262_145)),
    'DER_INVALID',
    'certificate, byte 262144: expected at most 262144 bytes, found 262145',
  );
});

test('every mutation is either refused as malformed or a whole certificate', () => {
  const der = makeCertificate('fuzz', 'P-256', EXTENSIONS);
  let refused = 0;
  for (const { what, bytes } of mutationsOf(der)) {
    try {
      assert.deepEqual(parseCertificate(bytes).der, bytes, what);
    } catch (error) {
      assert.ok(error instanceof CeremonyError && error.code === 'DER_INVALID', `${what}: ${String(error)}`);
      refused++;
    }
  }
  assert.ok(refused > der.length);
});
