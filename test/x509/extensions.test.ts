import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import {
  bitString,
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
  sequence,
  utcTime,
  utf8String,
} from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import * as crl from '../../src/x509/crl-extensions.ts';
import * as x509 from '../../src/x509/extensions.ts';
import type { Extension } from '../../src/x509/model.ts';
import * as policy from '../../src/x509/policies.ts';
import { assertRefuses } from '../der/refusal.ts';
import { extension, NAME } from './build.ts';
import { makeCertificate } from './openssl.ts';

const text = (value: string) => Buffer.from(value, 'latin1');
const uri = (value: string) => implicit(6, text(value));
const full = (...names: readonly Uint8Array[]) => explicit(0, explicit(0, ...names));

type Accessor = (extensions: readonly Extension[]) => unknown;

const ACCESSORS: readonly (readonly [oid: string, accessor: Accessor])[] = [
  [OID.basicConstraints, x509.basicConstraints],
  [OID.keyUsage, x509.keyUsage],
  [OID.subjectKeyIdentifier, x509.subjectKeyIdentifier],
  [OID.authorityKeyIdentifier, x509.authorityKeyIdentifier],
  [OID.extKeyUsage, x509.extKeyUsage],
  [OID.subjectAltName, x509.subjectAltName],
  [OID.issuerAltName, x509.issuerAltName],
  [OID.authorityInfoAccess, x509.authorityInfoAccess],
  [OID.subjectInfoAccess, x509.subjectInfoAccess],
  [OID.ocspNoCheck, x509.ocspNoCheck],
  [OID.certificatePolicies, policy.certificatePolicies],
  [OID.policyMappings, policy.policyMappings],
  [OID.policyConstraints, policy.policyConstraints],
  [OID.inhibitAnyPolicy, policy.inhibitAnyPolicy],
  [OID.nameConstraints, policy.nameConstraints],
  [OID.cRLDistributionPoints, crl.cRLDistributionPoints],
  [OID.freshestCRL, crl.freshestCRL],
  [OID.issuingDistributionPoint, crl.issuingDistributionPoint],
  [OID.cRLNumber, crl.cRLNumber],
  [OID.deltaCRLIndicator, crl.deltaCRLIndicator],
  [OID.reasonCode, crl.reasonCode],
  [OID.invalidityDate, crl.invalidityDate],
  [OID.certificateIssuer, crl.certificateIssuer],
];

for (const [type, accessor] of ACCESSORS) {
  test(`${accessor.name}: undefined where it is absent, refused where it stands twice, malformed or followed by more`, () => {
    assert.equal(accessor([]), undefined);
    assert.equal(accessor([extension('1.2.3', nullValue())]), undefined);
    const one = extension(type, octetString(Buffer.of(1)));
    assertRefuses(() => accessor([one, one]), 'DER_INVALID', / at most once, found 2$/);
    for (const value of [
      Buffer.alloc(0),
      Buffer.from('0c0161', 'hex'),
      Buffer.from('3080', 'hex'),
      Buffer.from('0201', 'hex'),
    ]) {
      assertRefuses(() => accessor([extension(type, value)]), 'DER_INVALID', /expected/);
    }
    assertRefuses(
      () => accessor([extension(type, Buffer.from('0500aa', 'hex'))]),
      'DER_INVALID',
      /expected the end, found 1 more bytes$/,
    );
  });
}

const VALUES: readonly (readonly [accessor: Accessor, type: string, value: Uint8Array, expected: unknown])[] = [
  [x509.basicConstraints, OID.basicConstraints, sequence(), { ca: false, pathLength: undefined }],
  [x509.basicConstraints, OID.basicConstraints, sequence(boolean(true)), { ca: true, pathLength: undefined }],
  [x509.basicConstraints, OID.basicConstraints, sequence(boolean(true), integer(0)), { ca: true, pathLength: 0 }],
  [x509.extKeyUsage, OID.extKeyUsage, sequence(oid(OID.serverAuth), oid('1.2.3')), [OID.serverAuth, '1.2.3']],
  [x509.ocspNoCheck, OID.ocspNoCheck, nullValue(), true],
  [
    policy.policyConstraints,
    OID.policyConstraints,
    sequence(implicit(0, Buffer.of(0)), implicit(1, Buffer.of(2))),
    { requireExplicitPolicy: 0, inhibitPolicyMapping: 2 },
  ],
  [
    policy.policyConstraints,
    OID.policyConstraints,
    sequence(),
    { requireExplicitPolicy: undefined, inhibitPolicyMapping: undefined },
  ],
  [policy.inhibitAnyPolicy, OID.inhibitAnyPolicy, integer(3), 3],
  [
    policy.policyMappings,
    OID.policyMappings,
    sequence(sequence(oid('1.2.3'), oid('1.2.4'))),
    [{ issuer: '1.2.3', subject: '1.2.4' }],
  ],
  [crl.cRLNumber, OID.cRLNumber, integer(2n ** 158n), 2n ** 158n],
  [crl.deltaCRLIndicator, OID.deltaCRLIndicator, integer(0), 0n],
  [crl.reasonCode, OID.reasonCode, enumerated(1), 'keyCompromise'],
  [crl.reasonCode, OID.reasonCode, enumerated(10), 'aACompromise'],
  [
    crl.invalidityDate,
    OID.invalidityDate,
    generalizedTime('2026-01-01T00:00:00Z'),
    { at: '2026-01-01T00:00:00Z', form: 'generalized' },
  ],
];

for (const [accessor, type, value, expected] of VALUES) {
  test(`${accessor.name} of ${hexOf(value)}`, () => assert.deepEqual(accessor([extension(type, value)]), expected));
}

const REFUSED: readonly (readonly [
  name: string,
  accessor: Accessor,
  type: string,
  value: Uint8Array,
  message: string,
])[] = [
  [
    'cA FALSE written down',
    x509.basicConstraints,
    OID.basicConstraints,
    sequence(boolean(false)),
    'basicConstraints, byte 2: expected no cA field, found the default one (FALSE)',
  ],
  [
    'negative path length',
    x509.basicConstraints,
    OID.basicConstraints,
    sequence(boolean(true), integer(-1)),
    'basicConstraints, byte 7: expected pathLenConstraint from 0 to 65535, found a negative number',
  ],
  [
    'trailing zero bits',
    x509.keyUsage,
    OID.keyUsage,
    bitString(Buffer.of(0x06)),
    'keyUsage, byte 2: expected the named bits of keyUsage without trailing zero bits',
  ],
  [
    'key usage bit 9',
    x509.keyUsage,
    OID.keyUsage,
    namedBitString([9]),
    'keyUsage, byte 2: expected bits 0 to 8 in keyUsage, found 9',
  ],
  [
    'no purpose',
    x509.extKeyUsage,
    OID.extKeyUsage,
    sequence(),
    'extKeyUsage, byte 0: expected at least one element in extKeyUsage',
  ],
  [
    'no name',
    x509.subjectAltName,
    OID.subjectAltName,
    sequence(),
    'subjectAltName, byte 0: expected at least one name in subjectAltName',
  ],
  [
    'URI beyond ASCII',
    x509.subjectAltName,
    OID.subjectAltName,
    sequence(implicit(6, Buffer.of(0xe9))),
    'subjectAltName, byte 4: expected the alphabet of its string type in subjectAltName',
  ],
  [
    'no kind of name',
    x509.subjectAltName,
    OID.subjectAltName,
    sequence(implicit(9, Buffer.of(0xe9))),
    'subjectAltName, byte 2: expected a GeneralName for subjectAltName, found [9] (primitive)',
  ],
  [
    'key identifier in another place',
    x509.authorityKeyIdentifier,
    OID.authorityKeyIdentifier,
    sequence(implicit(2, Buffer.of(1)), implicit(0, Buffer.of(1))),
    'authorityKeyIdentifier, byte 5: expected the end of authorityKeyIdentifier, found [0] (primitive)',
  ],
  [
    'negative CRL number',
    crl.cRLNumber,
    OID.cRLNumber,
    integer(-1),
    'cRLNumber, byte 2: expected cRLNumber not to be negative',
  ],
  [
    'reason 7',
    crl.reasonCode,
    OID.reasonCode,
    enumerated(7),
    'reasonCode, byte 2: expected a reasonCode of RFC 5280, found 7',
  ],
  [
    'reason 11',
    crl.reasonCode,
    OID.reasonCode,
    enumerated(11),
    'reasonCode, byte 2: expected reasonCode from 0 to 10, found 0b (hex)',
  ],
  [
    'reason that is an INTEGER',
    crl.reasonCode,
    OID.reasonCode,
    integer(1),
    'reasonCode, byte 0: expected ENUMERATED for reasonCode, found INTEGER',
  ],
  [
    'invalidity date in UTCTime',
    crl.invalidityDate,
    OID.invalidityDate,
    utcTime('2026-01-01T00:00:00Z'),
    'invalidityDate, byte 0: expected GeneralizedTime for invalidityDate, found UTCTime',
  ],
  [
    'flag FALSE written down',
    crl.issuingDistributionPoint,
    OID.issuingDistributionPoint,
    sequence(implicit(2, Buffer.of(0))),
    'issuingDistributionPoint, byte 2: expected no onlyContainsCACerts field, found the default one (FALSE)',
  ],
  [
    'distribution point without the explicit tag',
    crl.cRLDistributionPoints,
    OID.cRLDistributionPoints,
    sequence(sequence(explicit(0, uri('http://x')))),
    'cRLDistributionPoints, byte 6: expected fullName [0] or nameRelativeToCRLIssuer [1], found [6] (primitive)',
  ],
  [
    'empty full name',
    crl.cRLDistributionPoints,
    OID.cRLDistributionPoints,
    sequence(sequence(full())),
    'cRLDistributionPoints, byte 6: expected at least one name in fullName',
  ],
  [
    'reason flag 9',
    crl.cRLDistributionPoints,
    OID.cRLDistributionPoints,
    sequence(sequence(implicit(1, Buffer.from('060040', 'hex')))),
    'cRLDistributionPoints, byte 6: expected bits 0 to 8 in reasons, found 9',
  ],
  [
    'minimum 0 written down',
    policy.nameConstraints,
    OID.nameConstraints,
    sequence(explicit(0, sequence(implicit(2, text('a')), implicit(0, Buffer.of(0))))),
    'nameConstraints, byte 9: expected no minimum field, found the default one (0)',
  ],
  [
    'no permitted name',
    policy.nameConstraints,
    OID.nameConstraints,
    sequence(explicit(0)),
    'nameConstraints, byte 2: expected at least one element in permittedSubtrees',
  ],
  [
    'malformed qualifier',
    policy.certificatePolicies,
    OID.certificatePolicies,
    sequence(sequence(oid('1.2.3'), sequence(sequence(oid(OID.cps), Buffer.from('050100', 'hex'))))),
    'certificatePolicies, byte 24: expected no content in the NULL qualifier',
  ],
  [
    'no qualifier',
    policy.certificatePolicies,
    OID.certificatePolicies,
    sequence(sequence(oid('1.2.3'), sequence())),
    'certificatePolicies, byte 8: expected at least one element in policyQualifiers',
  ],
  [
    'nocheck with content',
    x509.ocspNoCheck,
    OID.ocspNoCheck,
    Buffer.from('050100', 'hex'),
    'ocspNoCheck, byte 2: expected no content in the NULL id-pkix-ocsp-nocheck',
  ],
];

for (const [name, accessor, type, value, message] of REFUSED) {
  test(`${accessor.name} refuses: ${name}`, () =>
    assertRefuses(() => accessor([extension(type, value)]), 'DER_INVALID', message));
}

test('key usage', () => {
  const usage = x509.keyUsage([extension(OID.keyUsage, namedBitString([5, 6]))]);
  assert.deepEqual(
    [usage?.names, usage?.unusedBits, hexOf(usage?.bytes ?? Buffer.alloc(0))],
    [['keyCertSign', 'cRLSign'], 1, '06'],
  );
  assert.deepEqual(x509.keyUsage([extension(OID.keyUsage, namedBitString([]))])?.names, []);
});

test('all parts of an authority key identifier', () => {
  const value = sequence(implicit(0, Buffer.of(1, 2)), explicit(1, explicit(4, NAME)), implicit(2, Buffer.of(0, 0x80)));
  const found = x509.authorityKeyIdentifier([extension(OID.authorityKeyIdentifier, value)]);
  assert.equal(hexOf(found?.keyIdentifier ?? Buffer.alloc(0)), '0102');
  assert.deepEqual(found?.issuer?.[0]?.name?.der, NAME);
  assert.equal(found?.serial?.hex, '0080');
});

test('every kind of general name', () => {
  const names = sequence(
    explicit(0, oid('1.2.3'), explicit(0, utf8String('x'))),
    implicit(1, text('a@b')),
    implicit(2, text('example.com')),
    explicit(4, NAME),
    uri('http://x/'),
    implicit(7, Buffer.of(192, 0, 2, 1)),
    implicit(7, Buffer.of(192, 0, 2, 0, 255, 255, 255, 0)),
    implicit(7, Buffer.from('20010db8000000000000000000000001', 'hex')),
    implicit(7, Buffer.of(1, 2, 3)),
    implicit(8, Buffer.of(0x2a, 3)),
  );
  assert.deepEqual(
    x509
      .subjectAltName([extension(OID.subjectAltName, names)])
      ?.map(({ kind, value }) => `${kind} ${kind === 'directoryName' ? '' : value}`),
    [
      'otherName #a00906022a03a0030c0178',
      'rfc822Name a@b',
      'dNSName example.com',
      'directoryName ',
      'uniformResourceIdentifier http://x/',
      'iPAddress 192.0.2.1',
      'iPAddress 192.0.2.0/255.255.255.0',
      'iPAddress 2001:0db8:0000:0000:0000:0000:0000:0001',
      'iPAddress #010203',
      'registeredID 1.2.3',
    ],
  );
});

test('distribution points', () => {
  const relative = explicit(0, explicit(1, sequence(oid(OID.commonName), utf8String('x'))));
  const value = sequence(
    sequence(full(uri('http://a'), uri('http://b'))),
    sequence(relative, implicit(1, Buffer.from('0560', 'hex')), explicit(2, explicit(4, NAME))),
    sequence(),
  );
  const [first, second, third] = crl.cRLDistributionPoints([extension(OID.cRLDistributionPoints, value)]) ?? [];
  assert.deepEqual(
    first?.fullName?.map((name) => name.value),
    ['http://a', 'http://b'],
  );
  assert.deepEqual([first?.relativeName, first?.reasons, first?.crlIssuer], [undefined, undefined, undefined]);
  assert.deepEqual(second?.reasons, ['keyCompromise', 'cACompromise']);
  assert.equal(second?.crlIssuer?.length, 1);
  assert.equal(second?.relativeName?.[0], 0xa1);
  assert.deepEqual(third, { fullName: undefined, relativeName: undefined, reasons: undefined, crlIssuer: undefined });
  const point = sequence(full(uri('http://a')), implicit(2, Buffer.of(0xff)), implicit(4, Buffer.of(0xff)));
  assert.deepEqual(
    { ...crl.issuingDistributionPoint([extension(OID.issuingDistributionPoint, point)]), fullName: undefined },
    {
      fullName: undefined,
      relativeName: undefined,
      onlyContainsUserCerts: false,
      onlyContainsCACerts: true,
      onlySomeReasons: undefined,
      indirectCRL: true,
      onlyContainsAttributeCerts: false,
    },
  );
});

test('policies keep their qualifiers as bytes', () => {
  const value = sequence(
    sequence(oid(OID.anyPolicy)),
    sequence(oid('1.2.3'), sequence(sequence(oid(OID.cps), ia5String('http://x')))),
  );
  assert.deepEqual(policy.certificatePolicies([extension(OID.certificatePolicies, value)]), [
    { oid: OID.anyPolicy, qualifiers: undefined },
    { oid: '1.2.3', qualifiers: [{ oid: OID.cps, der: ia5String('http://x') }] },
  ]);
});

test('user notices are read by their parts', () => {
  const read = (...parts: readonly Uint8Array[]) => policy.userNotice({ oid: OID.userNotice, der: sequence(...parts) });
  const reference = (organization: Uint8Array, ...numbers: readonly Uint8Array[]) =>
    sequence(organization, sequence(...numbers));
  assert.deepEqual(read(), { organization: undefined, numbers: [], text: undefined });
  assert.deepEqual(read(utf8String('ä')), { organization: undefined, numbers: [], text: 'ä' });
  assert.deepEqual(read(reference(ia5String('Example'), integer(1), integer(2n ** 70n)), ia5String('b')), {
    organization: 'Example',
    numbers: ['1', String(2n ** 70n)],
    text: 'b',
  });
  const refuses = (message: string, ...parts: readonly Uint8Array[]) =>
    assertRefuses(() => read(...parts), 'DER_INVALID', message);
  refuses(
    'userNotice, byte 2: expected a UTF8, IA5, Visible or BMP string for explicitText, found INTEGER',
    integer(1),
  );
  refuses('userNotice, byte 5: expected the end of userNotice, found UTF8String', utf8String('a'), utf8String('b'));
  refuses('userNotice, byte 11: expected a notice number not to be negative', reference(utf8String('a'), integer(-1)));
});

test('name constraints', () => {
  const value = sequence(
    explicit(0, sequence(implicit(2, text('example.com'))), sequence(explicit(4, NAME))),
    explicit(1, sequence(implicit(7, Buffer.alloc(8)), implicit(0, Buffer.of(1)), implicit(1, Buffer.of(2)))),
  );
  const found = policy.nameConstraints([extension(OID.nameConstraints, value)]);
  assert.deepEqual(
    found?.permitted?.map(({ base, minimum, maximum }) => [base.kind, minimum, maximum]),
    [
      ['dNSName', 0, undefined],
      ['directoryName', 0, undefined],
    ],
  );
  assert.deepEqual(
    found?.excluded?.map(({ base, minimum, maximum }) => [base.value, minimum, maximum]),
    [['0.0.0.0/0.0.0.0', 1, 2]],
  );
});

test('all extensions that openssl writes are read', () => {
  const der = makeCertificate('all', 'P-256', [
    'basicConstraints=critical,CA:TRUE,pathlen:2',
    'keyUsage=critical,digitalSignature,keyCertSign,cRLSign,decipherOnly',
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid:always,issuer:always',
    'extendedKeyUsage=serverAuth,clientAuth',
    'subjectAltName=DNS:example.com,email:a@example.com,IP:2001:db8::1,RID:1.2.3,URI:http://x',
    'certificatePolicies=2.23.140.1.2.1,1.2.3',
    'nameConstraints=critical,permitted;DNS:example.com,excluded;IP:0.0.0.0/0.0.0.0',
    'crlDistributionPoints=URI:http://x/a.crl',
    'freshestCRL=URI:http://x/d.crl',
    'authorityInfoAccess=OCSP;URI:http://o,caIssuers;URI:http://c',
    'policyConstraints=requireExplicitPolicy:1,inhibitPolicyMapping:0',
    'inhibitAnyPolicy=2',
    'noCheck=ignored',
  ]);
  const { extensions, spki } = parseCertificate(der);
  assert.deepEqual(x509.basicConstraints(extensions), { ca: true, pathLength: 2 });
  assert.deepEqual(x509.keyUsage(extensions)?.names, ['digitalSignature', 'keyCertSign', 'cRLSign', 'decipherOnly']);
  assert.equal(x509.subjectKeyIdentifier(extensions)?.length, 20);
  assert.deepEqual(x509.authorityKeyIdentifier(extensions)?.keyIdentifier, x509.subjectKeyIdentifier(extensions));
  assert.equal(x509.authorityKeyIdentifier(extensions)?.serial?.hex, parseCertificate(der).serial.hex);
  assert.deepEqual(x509.extKeyUsage(extensions), [OID.serverAuth, OID.clientAuth]);
  assert.equal(x509.subjectAltName(extensions)?.length, 5);
  assert.deepEqual(
    policy.certificatePolicies(extensions)?.map((found) => found.oid),
    [OID.domainValidated, '1.2.3'],
  );
  assert.equal(policy.nameConstraints(extensions)?.permitted?.[0]?.base.value, 'example.com');
  assert.equal(crl.cRLDistributionPoints(extensions)?.[0]?.fullName?.[0]?.value, 'http://x/a.crl');
  assert.equal(crl.freshestCRL(extensions)?.[0]?.fullName?.[0]?.value, 'http://x/d.crl');
  assert.deepEqual(
    x509.authorityInfoAccess(extensions)?.map(({ method, location }) => [method, location.value]),
    [
      [OID.ocsp, 'http://o'],
      [OID.caIssuers, 'http://c'],
    ],
  );
  assert.deepEqual(policy.policyConstraints(extensions), { requireExplicitPolicy: 1, inhibitPolicyMapping: 0 });
  assert.equal(policy.inhibitAnyPolicy(extensions), 2);
  assert.equal(x509.ocspNoCheck(extensions), true);
  assert.equal(spki.algorithm.oid, OID.ecPublicKey);
});
