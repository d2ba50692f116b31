import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import {
  boolean,
  enumerated,
  explicit,
  generalizedTime,
  ia5String,
  implicit,
  integer,
  namedBitString,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  utf8String,
} from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { COLUMNS, layoutLines, quoteForeign } from '../../src/x509/layout.ts';
import { kindOf, renderDocument } from '../../src/x509/render.ts';
import { assertRefuses } from '../der/refusal.ts';
import { certificateOf, crlOf, entryOf, extensionDer, NAME, NOTHING, nameOf, tbsCrlOf, tbsOf } from './build.ts';

const text = (value: string) => Buffer.from(value, 'latin1');

function show(der: Uint8Array): string {
  return [...renderDocument(der)].join('\n');
}

const URI = implicit(6, text('http://pki.example.com/root.crl'));

test('a to-be-signed root certificate, line by line', () => {
  const tbs = tbsOf({
    serial: integer(Buffer.from('0123456789abcdef0123456789abcdef01', 'hex')),
    extensions: explicit(
      3,
      sequence(
        extensionDer(OID.basicConstraints, sequence(boolean(true)), true),
        extensionDer(OID.keyUsage, namedBitString([5, 6]), true),
        extensionDer(OID.subjectKeyIdentifier, octetString(Buffer.alloc(20, 0xab))),
        extensionDer(OID.cRLDistributionPoints, sequence(sequence(explicit(0, explicit(0, URI))))),
        extensionDer(
          OID.certificatePolicies,
          sequence(sequence(oid('1.2.3'), sequence(sequence(oid(OID.cps), ia5String('http://cps'))))),
        ),
        extensionDer('1.2.3.4', utf8String('secret handshake'), false),
      ),
    ),
  });
  assert.equal(
    show(tbs),
    `Certificate to be signed
  SHA-256 to be signed      ff1f 9c15 37d8 e299 d06b 91e1 0087 cfbc 5033 dda1 \\
                            11b3 33a7 2de0 a187 b468 3fab
  Version                   3
  Serial number             0123 4567 89ab cdef 0123 4567 89ab cdef 01
  Signature algorithm       ecdsa-with-SHA256
  Issuer
    countryName             "DE" (PrintableString)
    commonName              "Test Root"
  Not before                2027-01-01T00:00:00Z (UTCTime)
  Not after                 2050-01-01T00:00:00Z (GeneralizedTime)
  Subject
    countryName             "DE" (PrintableString)
    commonName              "Test Root"
  Public key                EC P-256
    SHA-256 of the key      5cd2 52fb 0ce8 9324 36fa f8cc d104 0981 b89e e4ad \\
                            6b9f e9e2 a2b7 e71a acb2 7cd3
    algorithm bytes         3013 0607 2a86 48ce 3d02 0106 082a 8648 ce3d 0301 07
    key bytes               046b 17d1 f2e1 2c42 47f8 bce6 e563 a440 f277 037d \\
                            812d eb33 a0f4 a139 45d8 98c2 964f e342 e2fe 1a7f \\
                            9b8e e7eb 4a7c 0f9e 162b ce33 576b 315e cecb b640 \\
                            6837 bf51 f5
  Extensions
    basicConstraints (2.5.29.19), critical
      CA                    yes
      path length           (no limit)
    keyUsage (2.5.29.15), critical
      allowed               keyCertSign, cRLSign
    subjectKeyIdentifier (2.5.29.14)
      key identifier        abab abab abab abab abab abab abab abab abab abab
    cRLDistributionPoints (2.5.29.31)
      distribution point
        URI                 "http://pki.example.com/root.crl"
    certificatePolicies (2.5.29.32)
      policy                1.2.3
        cps (1.3.6.1.5.5.7.2.1)  "http://cps"
    1.2.3.4, not critical (and says so)
      unknown to this program
      bytes                 0c10 7365 6372 6574 2068 616e 6473 6861 6b65`,
  );
});

test('a signed certificate has its digest and its signature', () => {
  const der = certificateOf();
  const digest = (bytes: Uint8Array) =>
    (createHash('sha256').update(bytes).digest('hex').match(/.{4}/g) ?? []).join(' ');
  const shown = show(der).replace(/ \\\n +/g, ' ');
  assert.match(shown, /^Certificate\n/);
  assert.ok(shown.includes(`  SHA-256                   ${digest(der)}\n`));
  assert.ok(shown.includes(`  SHA-256 to be signed      ${digest(parseCertificate(der).tbs)}\n`));
  assert.ok(shown.includes(`    SHA-256 of the key      ${digest(parseCertificate(der).spki.der)}\n`));
  assert.ok(
    shown.endsWith('  Signed with               ecdsa-with-SHA256\n    signature bytes         3006 0201 0102 0101'),
  );
});

test('a CRL, line by line', () => {
  const reason = extensionDer(OID.reasonCode, enumerated(4));
  const der = crlOf({
    revoked: sequence(
      entryOf(0x1234, '2027-02-01T00:00:00Z', reason),
      entryOf(5, '2027-03-01T00:00:00Z'),
      entryOf(
        6,
        '2027-04-01T00:00:00Z',
        reason,
        extensionDer(OID.invalidityDate, generalizedTime('2026-12-01T00:00:00Z')),
      ),
      entryOf(7, '2027-04-01T00:00:00Z', extensionDer(OID.reasonCode, enumerated(7))),
    ),
  });
  const lines = show(der).split('\n');
  assert.equal(lines[0], 'CRL');
  const from = lines.indexOf('  This update               2027-01-01T00:00:00Z (UTCTime)');
  assert.deepEqual(lines.slice(from, -2), [
    '  This update               2027-01-01T00:00:00Z (UTCTime)',
    '  Next update               2028-01-01T00:00:00Z (UTCTime)',
    '  Extensions',
    '    cRLNumber (2.5.29.20)',
    '      number                7',
    '  Revoked certificates      4',
    '    1.                      1234',
    '      revoked at            2027-02-01T00:00:00Z (UTCTime)',
    '      reason                superseded',
    '    2.                      05',
    '      revoked at            2027-03-01T00:00:00Z (UTCTime)',
    '    3.                      06',
    '      revoked at            2027-04-01T00:00:00Z (UTCTime)',
    '      Extensions',
    '        reasonCode (2.5.29.21)',
    '          reason            superseded',
    '        invalidityDate (2.5.29.24)',
    '          invalid since     2026-12-01T00:00:00Z',
    '    4.                      07',
    '      revoked at            2027-04-01T00:00:00Z (UTCTime)',
    '      Extensions',
    '        reasonCode (2.5.29.21)',
    '          NOT READABLE      reasonCode, byte 2: expected a reasonCode of RFC 52\\',
    '                            80, found 7',
    '          bytes             0a01 07',
  ]);
});

test('of a list that is too long to look through: its counts, its digest, and both ends', () => {
  const listing = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      entryOf(
        Buffer.from((0x10000 + index).toString(16).padStart(6, '0'), 'hex'),
        '2026-01-02T03:04:05Z',
        ...(index % 10 === 0 ? [] : [extensionDer(OID.reasonCode, enumerated(index % 2 === 0 ? 1 : 4))]),
      ),
    );
  const lines = (count: number, most: number) => [
    ...renderDocument(tbsCrlOf({ revoked: sequence(...listing(count)) }), most),
  ];
  const numbered = (shown: readonly string[]) => shown.filter((line) => /^ {4}\d+\. /.test(line)).length;
  assert.equal(numbered(lines(200, 200)), 200);
  const shown = lines(201, 200);
  assert.equal(numbered(shown), 50);
  const from = shown.findIndex((line) => line.startsWith('  Revoked certificates'));
  const digest = createHash('sha256')
    .update(Buffer.concat(listing(201)))
    .digest('hex');
  assert.deepEqual(shown.slice(from, from + 4), [
    '  Revoked certificates      201',
    '    keyCompromise           80',
    '    no reason               21',
    '    superseded              100',
  ]);
  const said = shown.join('\n').replace(/\\\n\s+/g, '');
  assert.match(
    said,
    new RegExp(`SHA-256 of all entries {2}${(digest.match(/.{4}/g) ?? []).join(' ')}\n {4}1\\. +0100 00\n`),
  );
  assert.match(said, /\n {4}25\. [\s\S]*\n {4}… +151 more entries, which are not shown\n {4}177\. +0100 b0\n/);
  assert.match(said, /\n {4}201\. +0100 c8\n/);
});

test('what is absent or empty is said', () => {
  const crl = show(tbsCrlOf({ revoked: NOTHING, extensions: NOTHING, times: generalizedTime('2050-01-01T00:00:00Z') }));
  assert.match(crl, /^CRL to be signed\n/);
  assert.match(
    crl,
    /Next update {15}\(absent\)\n {2}Extensions {16}none \(field absent\)\n {2}Revoked certificates {6}none \(field absent\)$/,
  );
  assert.match(show(tbsCrlOf({ revoked: sequence() })), /Revoked certificates {6}0$/);
  const bare = show(tbsOf({ subject: sequence(), extensions: explicit(3, sequence()) }));
  assert.match(bare, /\n {2}Subject {19}\(empty\)\n/);
  assert.match(bare, /\n {2}Extensions {16}none \(field present and empty\)$/);
});

test('nothing of the document is left out', () => {
  const every = sequence(
    ...Array.from({ length: 30 }, (_, i) => extensionDer(`1.2.3.${i}`, octetString(Buffer.alloc(3, i)))),
    extensionDer(OID.keyUsage, Buffer.from('030206c1', 'hex')),
    extensionDer(OID.keyUsage, namedBitString([0])),
    extensionDer(OID.keyUsage, namedBitString([1])),
    extensionDer(OID.authorityKeyIdentifier, sequence()),
    extensionDer(OID.ocspNoCheck, nullValue()),
  );
  const shown = show(
    tbsOf({
      extensions: explicit(3, every),
      uniqueIds: Buffer.concat([implicit(1, Buffer.of(0, 1)), implicit(2, Buffer.of(0, 1))]),
      algorithm: sequence(oid(OID.ecdsaWithSHA256), nullValue()),
      spki: sequence(sequence(oid(OID.rsaEncryption), nullValue()), Buffer.from('03020005', 'hex')),
    }),
  );
  for (let i = 0; i < 30; i++)
    assert.ok(shown.includes(`\n    1.2.3.${i}\n      unknown to this program\n      bytes                 0403 `));
  assert.match(
    shown,
    /NOT READABLE {10}keyUsage, byte 3: expected the 6 unused bits of key\\\n {28}Usage to be zero\n {6}bytes {17}0302 06c1/,
  );
  assert.match(shown, /allowed {15}digitalSignature\n/);
  assert.match(shown, /allowed {15}nonRepudiation\n/);
  assert.match(shown, /authorityKeyIdentifier \(2\.5\.29\.35\)\n {6}value {17}\(nothing\)/);
  assert.match(shown, /ocspNoCheck \(1\.3\.6\.1\.5\.5\.7\.48\.1\.5\)\n {6}value {17}present/);
  assert.match(shown, /Issuer unique id {10}present\n {2}Subject unique id {9}present/);
  assert.match(shown, /ecdsaWithSHA256 \(1\.2\.840\.10045\.4\.3\.2\), encoded/);
  assert.match(shown, /Public key {16}NOT READABLE: RSAPublicKey, byte 0/);
  assert.match(shown, /\n {4}PROBLEM/);
});

test('a foreign string cannot look like anything but one value', () => {
  const hostile = [
    'a\u202eb',
    'a\nNot after  2099',
    'x" (PrintableString)',
    ' a',
    'a ',
    'a  b',
    'a\u00a0b',
    '\u200b',
    '\\u{41}',
    '\u001b[2J',
    '',
  ];
  const shown = show(
    tbsOf({ subject: nameOf(...hostile.map((value) => [OID.commonName, utf8String(value)] as const)) }),
  );
  assert.doesNotMatch(shown, /[^\n\x20-\x7e]/);
  for (const quoted of [
    '"a\\u{202E}b"',
    '"a\\u{A}Not after \\u{20}2099"',
    '"x\\u{22} (PrintableString)"',
    '"\\u{20}a"',
    '"a\\u{20}"',
    '"a \\u{20}b"',
    '"a\\u{A0}b"',
    '"\\u{200B}"',
    '"\\u{5C}u{41}"',
    '"\\u{1B}[2J"',
    '""',
  ]) {
    assert.ok(shown.includes(`commonName              ${quoted}\n`), quoted);
  }
  assert.equal(new Set(hostile.map(quoteForeign)).size, hostile.length);
  const long = show(tbsOf({ subject: nameOf([OID.commonName, utf8String(`${'x'.repeat(51)} Not after 2099`)]) }));
  assert.ok(long.includes(`commonName              "${'x'.repeat(50)}\\\n${' '.repeat(28)}x Not after 2099"\n`));
});

test('policies and name constraints are shown with all they say', () => {
  const notice = (...parts: readonly Uint8Array[]) => sequence(oid(OID.userNotice), sequence(...parts));
  const der = tbsOf({
    extensions: explicit(
      3,
      sequence(
        extensionDer(
          OID.certificatePolicies,
          sequence(
            sequence(
              oid(OID.anyPolicy),
              sequence(notice(utf8String('Für alle')), sequence(oid(OID.cps), utf8String('x'))),
            ),
            sequence(
              oid('1.2.3'),
              sequence(notice(sequence(utf8String('Example'), sequence(integer(1), integer(2)))), notice()),
            ),
          ),
        ),
        extensionDer(OID.inhibitAnyPolicy, integer(0), true),
        extensionDer(OID.policyConstraints, sequence(implicit(0, Uint8Array.of(1))), true),
        extensionDer(
          OID.nameConstraints,
          sequence(
            explicit(0, sequence(implicit(2, text('example.com'))), sequence(explicit(4, NAME))),
            explicit(1, sequence(implicit(2)), sequence(implicit(7, new Uint8Array(8)))),
          ),
          true,
        ),
        extensionDer(OID.ocspNoCheck, Uint8Array.of(5, 0)),
      ),
    ),
  });
  const [, shown = ''] = show(der).split('  Extensions\n');
  assert.equal(
    shown,
    `    certificatePolicies (2.5.29.32)
      policy                anyPolicy (2.5.29.32.0)
        userNotice (1.3.6.1.5.5.7.2.2)  "Für alle"
        cps (1.3.6.1.5.5.7.2.1)  0c01 78
      policy                1.2.3
        userNotice (1.3.6.1.5.5.7.2.2)
          reference         "Example" 1, 2
        userNotice (1.3.6.1.5.5.7.2.2)
    inhibitAnyPolicy (2.5.29.54), critical
      certificates to skip  0
    policyConstraints (2.5.29.36), critical
      require explicit policy  1
      inhibit policy mapping  (no limit)
    nameConstraints (2.5.29.30), critical
      permitted: dNSName    "example.com"
      permitted: directoryName
        countryName         "DE" (PrintableString)
        commonName          "Test Root"
      excluded: dNSName     "" (every name)
      excluded: iPAddress   "0.0.0.0/0.0.0.0"
    ocspNoCheck (1.3.6.1.5.5.7.48.1.5)
      value                 present`,
  );
});

test('no line is wider than 80 columns', () => {
  const wide = utf8String('漢字'.repeat(60));
  const der = tbsOf({
    subject: nameOf(
      [OID.commonName, wide],
      [OID.organizationalUnitName, printableString('a'.repeat(200))],
      ['2.25.329800735698586629295641978511506172918', wide],
    ),
    extensions: explicit(
      3,
      sequence(
        extensionDer(`1.2.${'1234567890.'.repeat(12)}1`, octetString(new Uint8Array(100))),
        extensionDer(
          OID.nameConstraints,
          sequence(explicit(0, sequence(explicit(4, NAME)), sequence(implicit(1, text(`${'b'.repeat(100)}`))))),
        ),
      ),
    ),
  });
  const columns = (line: string) =>
    [...line].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1), 0);
  for (const line of renderDocument(der)) assert.ok(columns(line) <= COLUMNS, line);
  const joined = [...renderDocument(der)].join('\n').replace(/\\\n +/g, '');
  assert.ok(joined.includes(`"${'漢字'.repeat(60)}"`));
});

test('layout: labels that are too long stand alone', () => {
  const label = 'l'.repeat(50);
  assert.deepEqual([...layoutLines([{ depth: 0, label, value: 'v' }])], [label, `${' '.repeat(40)}v`]);
  assert.deepEqual([...layoutLines([{ depth: 2, label: 'heading', value: undefined }])], ['    heading']);
  assert.deepEqual(
    [...layoutLines([{ depth: 0, label: 'a', value: '' }])].map((line) => line.trimEnd()),
    ['a'],
  );
});

test('the kinds are told apart', () => {
  assert.equal(kindOf(certificateOf()), 'certificate');
  assert.equal(kindOf(tbsOf()), 'tbs-certificate');
  assert.equal(kindOf(tbsOf({ version: NOTHING })), 'tbs-certificate');
  assert.equal(kindOf(crlOf()), 'crl');
  assert.equal(kindOf(tbsCrlOf()), 'tbs-crl');
  assert.equal(kindOf(tbsCrlOf({ version: NOTHING })), 'tbs-crl');
  assert.equal(kindOf(certificateOf({ version: NOTHING })), 'certificate');
  for (const other of [
    integer(1),
    sequence(),
    sequence(utf8String('x')),
    octetString(tbsOf()),
    sequence(sequence(), sequence()),
  ]) {
    assertRefuses(
      () => [...renderDocument(other)],
      'DER_INVALID',
      /expected (SEQUENCE for document|a certificate, a CRL, a certificate request, an OCSP response, or the to-be-signed part of one)/,
    );
  }
});
