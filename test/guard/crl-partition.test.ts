import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { contextPrimitive } from '../../src/der/tags.ts';
import { element, integer, oid, sequence, time } from '../../src/der/writer.ts';
import { crlBefore } from '../../src/guard/crl-payload.ts';
import { SignedCrls } from '../../src/guard/ocsp-payload.ts';
import { ToldCrls } from '../../src/guard/told-crls.ts';
import type { Ledger, LedgerCertificate, LedgerCrl } from '../../src/ledger/ledger.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from '../pki/broken.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';

/* What a core could ask for that wants an entry to vanish: each is refused by the guard's own ledger. */

const KEY = sha256(made.SPKI);
const operation = { op: 'sign', kind: 'crl', key: KEY } as unknown as Parameters<typeof crlBefore>[0];
const superseded = [made.reason(4)];
const [A, B] = ['http://pki.example.com/root-a.crl', 'http://pki.example.com/root-b.crl'] as const;
const at = (uri: string, ...more: readonly Uint8Array[]) =>
  made.issuingPoint(true, made.fullName(made.uri(uri)), ...more);
const [ONLY_USER, ONLY_CA] = [made.flag(1), made.flag(2)];

interface Asked {
  readonly number?: number;
  readonly scope?: Uint8Array | undefined;
  readonly revoked?: readonly Uint8Array[];
  readonly base?: number;
}

/** DER of a CRL of a later day than those of the ledger. */
const crl = ({ number = 8, scope, revoked = [], base }: Asked, day = '2027-03-02T09:00:00Z'): Uint8Array =>
  made.crl({
    thisUpdate: time(day),
    ...(revoked.length === 0 ? {} : { revoked }),
    extensions: [
      made.authorityKeyId,
      made.crlNumber(BigInt(number)),
      ...(base === undefined ? [] : [made.extension(OID.deltaCRLIndicator, integer(base), true)]),
      ...(scope === undefined ? [] : [scope]),
    ],
  });
const row = (der: Uint8Array): LedgerCrl => {
  const { extensions } = parseCrl(der);
  const scope = scopeOf({ extensions });
  return { issuer: 'root', number: '7', sha256: sha256(der), ...(scope ? { scope } : {}) } as unknown as LedgerCrl;
};

const BELOW = spkiOf(ecPair('P-256'));
/** Certificates of the CA below: of a CA or none, naming the CRL of one partition or of none. */
const issued = (serial: number, uri: string | undefined, isCa = true): Uint8Array =>
  made.certificate({
    serial: integer(serial),
    spki: BELOW,
    extensions: [
      ...(isCa ? made.EXTENSIONS : made.EXTENSIONS.slice(2)),
      ...(uri === undefined ? [] : [made.distributionPoints(sequence(made.fullName(made.uri(uri))))]),
    ],
  });
const CERTIFICATES = [issued(5, A), issued(6, A), issued(9, B), issued(10, A, false), issued(11, undefined)];
const certificateRow = (der: Uint8Array) => {
  const { serial, spki } = parseCertificate(der);
  return {
    ...{ key: 'root', serial: serial.hex, sha256: sha256(der), spkiSha256: sha256(spki.der) },
  } as unknown as LedgerCertificate;
};
const ledgerOf = (...crls: readonly Uint8Array[]) =>
  ({
    keys: [{ name: 'root', spkiSha256: KEY }],
    certificates: CERTIFICATES.map(certificateRow),
    crls: crls.map(row),
  }) as unknown as Pick<Ledger, 'keys' | 'crls' | 'certificates'>;
const listing = (...serials: readonly number[]) => serials.map((serial) => made.entry(serial, superseded));

const EARLIER = '2027-03-01T09:00:00Z';
/** The ledger's: A lists 05, B lists nothing; and the complete one of another CA lists 05. */
const LAST_A = crl({ number: 7, scope: at(A), revoked: listing(5) }, EARLIER);
const LAST_B = crl({ number: 7, scope: at(B) }, EARLIER);
const COMPLETE = crl({ number: 7, revoked: listing(5) }, EARLIER);
const PARTITIONED = ledgerOf(LAST_A, LAST_B);
const NONE: ReadonlySet<Sha256> = new Set();

const judged =
  (
    asked: Asked,
    brought: Uint8Array | null,
    ledger: Parameters<typeof crlBefore>[2] = PARTITIONED,
    certificates: Uint8Array | null = sequence(...CERTIFICATES),
    crls = new SignedCrls(),
  ) =>
  () => {
    const payload = parseCrl(crl(asked)).tbs;
    const { here, beside } = crls.holdFirst(KEY, payload);
    return crlBefore(operation, { payload, brought, certificates }, ledger, NONE, here, beside);
  };
const refused = (asked: () => unknown, message: RegExp) => assertRefuses(asked, 'DESCRIPTOR_INVALID', message);

describe('the guard holds a CRL of a partition to the last one of that partition', () => {
  test('each has its own number and entries', () => {
    assert.equal(judged({ scope: at(A), revoked: listing(5, 6) }, LAST_A)()?.revoked.count, 1);
    assert.equal(judged({ scope: at(B), revoked: listing(9) }, LAST_B)()?.revoked.count, 0);
    assert.equal(judged({ number: 1, scope: at('http://pki.example.com/c.crl') }, null)(), undefined);
  });

  test('and a delta CRL of it to both', () => {
    assert.ok(judged({ base: 7, scope: at(A), revoked: listing(6) }, LAST_A)());
    refused(
      judged({ base: 7, scope: at(A), revoked: listing(9) }, LAST_A),
      /^the CRL lists 09, which is not in its partition: its cRLDistributionPoints name the CRL "http:\/\/pki\.example\.com\/root-b\.crl", not "http:\/\/pki\.example\.com\/root-a\.crl"$/,
    );
  });

  const CASES: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'an entry that is left out',
      judged({ scope: at(A) }, LAST_A),
      /^the CRL leaves out 05, which the last one lists$/,
    ],
    [
      'a number of another partition',
      judged({ number: 7, scope: at(A), revoked: listing(5) }, LAST_A),
      /^the CRL has the number 7, and the last one of this key 7: it rises by one$/,
    ],
    [
      'the last CRL of another partition in the place of its own',
      judged({ scope: at(A) }, LAST_B),
      /^the CRL before it has the SHA-256 [0-9a-f]{64}; the last one of this key is [0-9a-f]{64} in the ledger$/,
    ],
    [
      'a narrower one under the same URI, begun anew',
      judged({ number: 1, scope: at(A, ONLY_CA) }, null),
      /^the CRL would be of the partition http:\/\/pki\.example\.com\/root-a\.crl, CA certificates alone, and this key has signed one of the partition http:\/\/pki\.example\.com\/root-a\.crl: what that lists it could leave out$/,
    ],
    [
      'one of a kind, begun anew',
      judged({ number: 1, scope: made.issuingPoint(true, ONLY_CA) }, null),
      /^the CRL would be of the partition CA certificates alone, and this key has signed one of the partition http/,
    ],
    [
      'a complete one beside them',
      judged({ number: 1, revoked: listing(5) }, null),
      /^the CRL would be of all that the CA issues, and this key has signed one of the partition http/,
    ],
    [
      'a partition of a CA that has signed complete ones, with all their entries',
      judged({ scope: at(A), revoked: listing(5) }, COMPLETE, ledgerOf(COMPLETE)),
      /^the CRL would be of the partition http:\/\/pki\.example\.com\/root-a\.crl, and this key has signed one of all that the CA issues: what that lists it could leave out$/,
    ],
    [
      'the certificate of an entry not brought',
      judged({ scope: at(A), revoked: listing(5, 6) }, LAST_A, PARTITIONED, null),
      /^the CRL of the partition http:\/\/pki\.example\.com\/root-a\.crl lists 06, and the certificate with the SHA-256 [0-9a-f]{64}, which the ledger has of it, was not brought$/,
    ],
    [
      'another certificate brought for it',
      judged({ scope: at(A), revoked: listing(5, 6) }, LAST_A, PARTITIONED, sequence(issued(6, A, false))),
      / lists 06, and the certificate with the SHA-256 [0-9a-f]{64}, which the ledger has of it, was not brought$/,
    ],
    [
      'an entry of another partition',
      judged({ scope: at(A), revoked: listing(5, 9) }, LAST_A),
      /^the CRL lists 09, which is not in its partition: its cRLDistributionPoints name the CRL "http:\/\/pki\.example\.com\/root-b\.crl", not /,
    ],
    [
      'an entry of no partition',
      judged({ scope: at(A), revoked: listing(5, 11) }, LAST_A),
      /^the CRL lists 0b, which is not in its partition: its cRLDistributionPoints name no CRL, not /,
    ],
    [
      'an entry of another kind, in a first CRL',
      judged({ number: 1, scope: at(A, ONLY_CA), revoked: listing(10) }, null, ledgerOf()),
      /^the CRL lists 0a, which is not in its partition: it is no CA certificate, and the partition is of CA certificates alone$/,
    ],
  ];
  for (const [name, asked, message] of CASES) test(`refuses ${name}`, () => refused(asked, message));
});

describe('the guard begins no partition that has a certificate of its ledger in common with another', () => {
  const C = 'http://pki.example.com/root-c.crl';
  const BOTH = made.certificate({
    serial: integer(12),
    spki: BELOW,
    extensions: [
      ...made.EXTENSIONS,
      made.distributionPoints(...[A, C].map((uri) => sequence(made.fullName(made.uri(uri))))),
    ],
  });
  const withBoth = {
    ...PARTITIONED,
    certificates: [...CERTIFICATES, BOTH].map(certificateRow),
  } as typeof PARTITIONED;
  const begun = (certificates: Uint8Array | null, crls?: SignedCrls, ledger: typeof PARTITIONED = withBoth) =>
    judged({ number: 1, scope: at(C) }, null, ledger, certificates, crls);

  test('refuses one that a certificate names beside another', () =>
    refused(
      begun(sequence(...CERTIFICATES, BOTH)),
      /^the CRL begins the partition http:\/\/pki\.example\.com\/root-c\.crl, and the certificate 0c is in it and in the partition http:\/\/pki\.example\.com\/root-a\.crl, of which this key has signed a CRL: what that lists it could leave out$/,
    ));

  test('refuses one of which a certificate of the ledger was not brought', () => {
    for (const certificates of [null, sequence(...CERTIFICATES), sequence(...CERTIFICATES, issued(12, A))])
      refused(
        begun(certificates),
        /^the CRL begins the partition .*, and the certificate with the SHA-256 [0-9a-f]{64} \(serial [0-9a-f]{2}\), which the ledger has of this CA, was not brought: it could be in two$/,
      );
  });

  test('beside one that was signed in this ceremony too', () => {
    const crls = new SignedCrls();
    crls.remember(made.SPKI, parseCrl(crl({ scope: at(A) })).tbs);
    const none = { ...withBoth, crls: [] };
    refused(begun(sequence(...CERTIFICATES, BOTH), crls, none), / the certificate 0c is in it and in the partition /);
    // The first partition of all has nothing in common with any.
    assert.equal(begun(null, undefined, none)(), undefined);
  });

  test('but for the certificates of its own key, and of responders about which nobody asks', () => {
    const own = made.certificate({ serial: integer(13), extensions: made.EXTENSIONS });
    const points = made.distributionPoints(...[A, C].map((uri) => sequence(made.fullName(made.uri(uri)))));
    const noCheck = made.extension('1.3.6.1.5.5.7.48.1.5', made.hex('0500'));
    const responds = made.extension(OID.extKeyUsage, sequence(oid(OID.OCSPSigning)));
    const responder = (...more: readonly Uint8Array[]) =>
      made.certificate({ serial: integer(14), spki: BELOW, extensions: [points, noCheck, ...more] });
    const beginning = (of: Uint8Array) =>
      judged(
        { number: 1, scope: at(C) },
        null,
        { ...PARTITIONED, certificates: [own, of].map(certificateRow) },
        sequence(of),
      );
    assert.equal(beginning(responder(responds))(), undefined);
    refused(beginning(responder()), / the certificate 0e is in it and in the partition /);
    refused(
      beginning(responder(responds, made.basicConstraints)),
      / the certificate 0e is in it and in the partition /,
    );
  });

  test('and lets one begin that shares none, and one go on', () => {
    assert.equal(
      judged(
        { number: 1, scope: at('http://pki.example.com/d.crl') },
        null,
        withBoth,
        sequence(...CERTIFICATES, BOTH),
      )(),
      undefined,
    );
    assert.ok(judged({ scope: at(A), revoked: listing(5) }, LAST_A, withBoth, null)());
  });
});

describe('the guard takes no other spelling of a URL for another partition', () => {
  for (const spelled of [
    'HTTP://pki.example.com/root-a.crl',
    'http://PKI.EXAMPLE.COM/root-a.crl',
    'http://pki.example.com:80/root-a.crl',
    'http://pki.example.com/./root-a.crl',
    'http://pki.example.com/root%2da.crl',
    'http://pki.example.com/root-a.crl\0',
  ])
    test(`refuses ${JSON.stringify(spelled)}`, () => {
      assertRefuses(
        judged({ number: 1, scope: at(spelled) }, null),
        'DESCRIPTOR_INVALID',
        `the CRL is neither complete nor of one partition: the URI of its distribution point is ${JSON.stringify(spelled)}, expected "${A}": a URL that is spelled in two ways would count as two partitions`,
      );
      // Where an earlier ceremony has signed it so, its normal form is no new one.
      const before = crl({ number: 7, scope: at(spelled), revoked: listing(5) }, EARLIER);
      refused(
        judged({ number: 1, scope: at(A) }, null, ledgerOf(before)),
        /^the CRL would be of the partition http:\/\/pki\.example\.com\/root-a\.crl, and this key has signed one of the partition /,
      );
    });

  test('refuses what is no http URL', () =>
    refused(
      judged({ number: 1, scope: at('ldap://pki.example.com/cn=root') }, null),
      /"ldap:\/\/pki\.example\.com\/cn=root", expected an http URL in its normal form: /,
    ));
});

describe('the guard holds the CRLs of one ceremony apart', () => {
  const afterwards = (first: Asked, then: Asked) => {
    const crls = new SignedCrls();
    crls.remember(made.SPKI, parseCrl(crl(first)).tbs);
    return judged({ number: 1, ...then }, null, null, null, crls);
  };

  test('partitions that have nothing in common', () => {
    assert.equal(afterwards({ scope: at(A) }, { scope: at(B) })(), undefined);
    assert.equal(
      afterwards({ scope: made.issuingPoint(true, ONLY_CA) }, { scope: made.issuingPoint(true, ONLY_USER) })(),
      undefined,
    );
  });

  test('refuses one twice, a part of one, and a complete one beside one', () => {
    refused(
      afterwards({ scope: at(A) }, { scope: at(A) }),
      /^a CRL of this key and partition was signed in this ceremony$/,
    );
    refused(afterwards({ scope: at(A) }, { scope: at(A, ONLY_USER) }), /^the CRL would be of the partition /);
    refused(afterwards({}, { scope: at(A) }), /^the CRL would be of the partition .* one of all that the CA issues/);
    refused(afterwards({ scope: at(A) }, {}), /^the CRL would be of all that the CA issues, and this key has signed/);
  });

  test('a second screen after an interruption names the partition', () => {
    const told = new ToldCrls();
    told.add(KEY, parseCrl(crl({ scope: at(A) })).tbs, true);
    assert.match(
      told.lines(KEY).join('\n'),
      /complete CRL 8 of the partition http:\/\/pki\.example\.com\/root-a\.crl, signed/,
    );
  });
});

describe('the guard signs no CRL that is of something else than one partition', () => {
  const point = (...fields: readonly Uint8Array[]) => made.issuingPoint(true, ...fields);
  const CASES: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['not critically', made.issuingPoint(false, made.fullName(made.uri(A))), /is not critical: it could be taken/],
    [
      'some reasons',
      point(element(contextPrimitive(3), Uint8Array.of(6, 0x40))),
      /of some reasons only \(onlySomeReasons\)/,
    ],
    ['other CAs', point(made.fullName(made.uri(A)), made.flag(4)), /of other CAs too \(indirectCRL\)$/],
    ['attribute certificates', point(made.flag(5)), /of attribute certificates/],
    ['two kinds', point(ONLY_USER, ONLY_CA), /of CA certificates alone and of user certificates alone at once$/],
    ['two URIs', point(made.fullName(made.uri(A), made.uri(B))), /has another name than one URI$/],
    ['nothing', point(), /says nothing$/],
  ];
  for (const [name, scope, message] of CASES)
    test(`refuses ${name}`, () => refused(judged({ number: 1, scope }, null, ledgerOf()), message));
});
