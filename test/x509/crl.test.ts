import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { enumerated, explicit, integer, nullValue, raw, sequence, time, utcTime } from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import { cRLNumber, reasonCode } from '../../src/x509/crl-extensions.ts';
import { assertRefuses, mutationsOf } from '../der/refusal.ts';
import { certificateOf, crlOf, entryOf, extensionDer, NOTHING, tbsCrlOf } from './build.ts';
import { get, makeCertificate, openssl, put } from './openssl.ts';

/** A CRL of `openssl ca` with these lines of its database. */
function opensslCrl(name: string, database: readonly string[]): Buffer {
  makeCertificate(name, 'P-384', [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier=hash',
  ]);
  put(`${name}.txt`, database.map((line) => `${line}\n`).join(''));
  put(`${name}.number`, '0A\n');
  put(
    `${name}-ca.cnf`,
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${name}.txt\ncrlnumber=${name}.number\ndefault_md=sha384\ndefault_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid:always\n`,
  );
  openssl(
    'ca',
    '-gencrl',
    '-config',
    `${name}-ca.cnf`,
    '-keyfile',
    `${name}.key`,
    '-cert',
    `${name}.pem`,
    '-out',
    `${name}.crl.pem`,
  );
  openssl('crl', '-in', `${name}.crl.pem`, '-outform', 'DER', '-out', `${name}.crl`);
  return get(`${name}.crl`);
}

const DATABASE = [
  'R\t300101000000Z\t260301120000Z,keyCompromise\t01\tunknown\t/CN=a',
  'R\t300101000000Z\t260401120000Z\tFF02\tunknown\t/CN=b',
  'R\t300101000000Z\t260501120000Z,superseded\t1234567890ABCDEF1234567890ABCDEF12345678\tunknown\t/CN=c',
];

test('a CRL of openssl', () => {
  const crl = parseCrl(opensslCrl('some', DATABASE));
  assert.deepEqual([crl.version, crl.revokedPresent, crl.revoked.count, crl.extensionsPresent], [2, true, 3, true]);
  assert.deepEqual(
    [...crl.revoked].map((entry) => [entry.serial, entry.at.at, entry.extensionsPresent, reasonCode(entry.extensions)]),
    [
      ['01', '2026-03-01T12:00:00Z', true, 'keyCompromise'],
      ['00ff02', '2026-04-01T12:00:00Z', false, undefined],
      ['1234567890abcdef1234567890abcdef12345678', '2026-05-01T12:00:00Z', true, 'superseded'],
    ],
  );
  assert.equal(cRLNumber(crl.extensions), 10n);
  assert.equal([...crl.revoked].length, 3, 'entries can be read again');
  assert.deepEqual(parseTbsCertList(crl.tbs).issuer.der, crl.issuer.der);
});

test('an empty CRL of openssl has no list', () => {
  const crl = parseCrl(opensslCrl('none', []));
  assert.deepEqual([crl.revokedPresent, crl.revoked.count, [...crl.revoked].length], [false, 0, 0]);
});

test('what a linter must see is read, not refused', () => {
  const empty = parseCrl(crlOf({ revoked: sequence(), extensions: explicit(0, sequence()) }));
  assert.deepEqual(
    [empty.revokedPresent, empty.revoked.count, empty.extensionsPresent, empty.extensions.length],
    [true, 0, true, 0],
  );
  const bare = parseCrl(crlOf({ version: NOTHING, times: time('2027-01-01T00:00:00Z'), extensions: NOTHING }));
  assert.deepEqual([bare.version, bare.nextUpdate, bare.extensionsPresent], [1, undefined, false]);
  const entry = sequence(integer(-1), utcTime('2027-01-01T00:00:00Z'), sequence());
  const [first] = parseCrl(crlOf({ revoked: sequence(entry) })).revoked;
  assert.deepEqual([first?.serial, first?.extensionsPresent, first?.extensions.length], ['ff', true, 0]);
});

const MALFORMED: readonly (readonly [name: string, der: Uint8Array, message: RegExp])[] = [
  ['version 1 written down', crlOf({ version: integer(0) }), /expected version 2 or no version field, found 1$/],
  ['version 3', crlOf({ version: integer(2) }), /expected version from 0 to 1, found 02 \(hex\)$/],
  ['no thisUpdate', crlOf({ times: NOTHING }), /expected UTCTime or GeneralizedTime for thisUpdate, found \[0\]$/],
  [
    'three times',
    crlOf({ times: raw(...Array(3).fill(time('2027-01-01T00:00:00Z'))) }),
    /expected the end of tbsCertList, found UTCTime$/,
  ],
  [
    'entry without a date',
    crlOf({ revoked: sequence(sequence(integer(1))) }),
    /expected revocationDate, found the end$/,
  ],
  [
    'entry that is no SEQUENCE',
    crlOf({ revoked: sequence(integer(1)) }),
    /expected SEQUENCE for a revoked certificate, found INTEGER$/,
  ],
  [
    'entry with a fourth part',
    crlOf({ revoked: sequence(sequence(integer(1), time('2027-01-01T00:00:00Z'), nullValue())) }),
    /expected the end of a revoked certificate, found NULL$/,
  ],
  [
    'padded serial number',
    crlOf({ revoked: sequence(sequence(Buffer.from('02020001', 'hex'), time('2027-01-01T00:00:00Z'))) }),
    /expected the shortest form of the INTEGER userCertificate/,
  ],
  ['an element after the extensions', crlOf({ after: nullValue() }), /expected the end of tbsCertList, found NULL$/],
  [
    'extensions under another tag',
    crlOf({ extensions: explicit(1, sequence()) }),
    /expected the end of tbsCertList, found \[1\]$/,
  ],
];

for (const [name, der, message] of MALFORMED) {
  test(`refuses: ${name}`, () => assertRefuses(() => parseCrl(der), 'DER_INVALID', message));
}

test('a bare TBSCertList is no CRL', () => {
  assertRefuses(() => parseCrl(tbsCrlOf()), 'DER_INVALID', /expected SEQUENCE for tbsCertList, found INTEGER$/);
});

test('time is linear in the number of entries', () => {
  const measure = (count: number): number => {
    const reason = extensionDer(OID.reasonCode, enumerated(4));
    const entry = entryOf(Buffer.from('7fffffffffffffffffffffffffffffffff', 'hex'), '2027-01-01T00:00:00Z', reason);
    const der = crlOf({ revoked: sequence(Buffer.concat(Array(count).fill(entry))) });
    const start = performance.now();
    const { revoked } = parseCrl(der);
    let seen = 0;
    for (const { extensions } of revoked) seen += extensions.length;
    assert.equal(seen, count);
    return performance.now() - start;
  };
  measure(5_000);
  const [small, large] = [measure(10_000), measure(160_000)];
  // Sixteen times the entries; a quadratic reader would take 256 times as long.
  assert.ok(large < small * 64, `${small} ms, then ${large} ms`);
});

test('every mutation is either refused as malformed or a whole CRL', () => {
  const der = opensslCrl('fuzz', DATABASE);
  let refused = 0;
  for (const { what, bytes } of mutationsOf(der)) {
    try {
      const crl = parseCrl(bytes);
      assert.equal([...crl.revoked].length, crl.revoked.count, what);
    } catch (error) {
      assert.ok(error instanceof CeremonyError && error.code === 'DER_INVALID', `${what}: ${String(error)}`);
      refused++;
    }
  }
  assert.ok(refused > der.length);
});

test('a list of more than 64 extensions is refused before it takes memory: of a CRL, of an entry, of a certificate', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => extensionDer(`1.2.3.${index}`, nullValue()));
  const [most, more] = [64, 65].map((count) => sequence(...many(count))) as [Uint8Array, Uint8Array];
  const [entry, longEntry] = [most, more].map((list) => sequence(integer(1), time('2027-01-01T00:00:00Z'), list)) as [
    Uint8Array,
    Uint8Array,
  ];
  assert.equal(parseCrl(crlOf({ extensions: explicit(0, most), revoked: sequence(entry) })).extensions.length, 64);
  assert.equal(parseCertificate(certificateOf({ extensions: explicit(3, most) })).extensions.length, 64);
  for (const [what, parse] of [
    ['crlExtensions', () => parseCrl(crlOf({ extensions: explicit(0, more) }))],
    ['crlEntryExtensions', () => parseCrl(crlOf({ revoked: sequence(longEntry) }))],
    ['extensions', () => parseCertificate(certificateOf({ extensions: explicit(3, more) }))],
  ] as const)
    assertRefuses(parse, 'DER_INVALID', new RegExp(`: expected at most 64 extensions in ${what}, found more$`));
});
