import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { sha256 } from '../../src/base/digest.ts';
import { checkPublished, PUBLISHED_CHECKS } from '../../src/calendar/check-published.ts';
import { type LedgerFiles, ledgerFiles } from '../../src/calendar/ledger-files.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CrlScope } from '../../src/x509/crl-scope.ts';

import {
  crlRequest,
  issueCrl,
  issueRoot,
  issueUnder,
  NOT_BEFORE,
  rootRequest,
  subordinateRequest,
} from '../issue/software-ca.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { softwarePack } from './software-pack.ts';

const P384 = 'ecdsa-p384';
const P256 = 'ecdsa-p256';
const later = (duration: string) => formatUtc(addDuration(parseUtc(NOT_BEFORE), duration));
const NOW = later('P10D');

let root: Uint8Array;
let below: Uint8Array;
let namesake: Uint8Array;
let stranger: Uint8Array;
let crls: Readonly<Record<1 | 2 | 3, Uint8Array>>;
let files: LedgerFiles;
const seen = new Set<string>();

const judge = (bytes: Uint8Array | string, name: string | null = null, asOf = NOW) => {
  const verdict = checkPublished(files, { name, where: name ?? 'standard input', bytes: Buffer.from(bytes) }, asOf);
  for (const { check, where } of verdict.findings) {
    seen.add(check);
    assert.equal(where, name ?? 'standard input');
  }
  return verdict;
};
/** Asserts that these findings and no others are made. */
const finds = (
  verdict: ReturnType<typeof judge>,
  ...expected: readonly (readonly [check: string, message: RegExp])[]
) => {
  assert.deepEqual(
    verdict.findings.map(({ check }) => check),
    expected.map(([check]) => check),
    JSON.stringify(verdict.findings),
  );
  for (const [index, [, message]] of expected.entries()) assert.match(verdict.findings[index]?.message ?? '', message);
};
const chain = (...ders: readonly Uint8Array[]) => ders.map((der) => pemOf('CERTIFICATE', der)).join('');

before(async () => {
  const caProfile = profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca'] ?? {});
  root = await issueRoot(rootRequest(P384));
  below = await issueUnder(subordinateRequest(root, caProfile, P256), P384);
  // The same name, another key; and another name.
  namesake = await issueRoot(rootRequest(P256));
  stranger = await issueRoot(rootRequest(P256, { subject: subjectOf({ C: 'US', O: 'Other Org', CN: 'Other Root' }) }));
  const of = (number: bigint, days: string) =>
    issueCrl(crlRequest(root, P384, { number, thisUpdate: later(days), nextUpdate: later(`P30D`) }), P384);
  crls = { 1: of(1n, 'PT1S'), 2: of(2n, 'P5D'), 3: of(3n, 'P6D') };
  files = ledgerFiles([
    softwarePack(
      [
        { name: 'root', signedBy: 'root', der: root, earlier: true },
        { name: 'tls-ca', signedBy: 'root', der: below },
      ],
      [
        { name: 'root', signedBy: 'root', der: crls[1], earlier: true },
        { name: 'root', signedBy: 'root', der: crls[2] },
      ],
      { publish: { 'tls-ca.txt': 'what the certificate says' } },
    ),
  ]);
});

describe('a published file', () => {
  test('that is the newest CRL is in order, with and without a name', () => {
    const verdict = judge(crls[2], 'root.crl');
    finds(verdict);
    assert.equal(
      verdict.is,
      `CRL of "root", number 2, 0 revoked, until ${later('P30D')}; publish/root.crl of the pack`,
    );
    finds(judge(crls[2]));
    finds(judge(crls[2], 'crl-as-fetched.bin'));
  });

  test('that is a certificate is in order as DER, as PEM, and as a chain, of this ceremony and of earlier ones', () => {
    assert.match(judge(below, 'tls-ca.crt').is, /^certificate "tls-ca", until .*; publish\/tls-ca\.crt of the pack$/);
    for (const bytes of [below, root, chain(below), chain(root), chain(below, root)]) finds(judge(bytes));
    finds(judge(root, 'root.crt'));
    assert.match(judge(chain(below, root)).is, /^certificate "tls-ca", until .*, below certificate "root", until /);
  });

  test('that is an older CRL is found, by its bytes where it has a name, and by its number', () => {
    const digests = new RegExp(
      `^its SHA-256 is ${sha256(crls[1])}; expected ${sha256(crls[2])}, that of publish/root\\.crl$`,
    );
    const number = /^it has number 1, expected 2, the newest, from /;
    finds(judge(crls[1], 'root.crl'), ['PUBLISHED-BYTES', digests], ['PUBLISHED-NUMBER', number]);
    finds(judge(crls[1]), ['PUBLISHED-NUMBER', number]);
  });

  test('that was signed outside of any ceremony is found, whatever its number', () => {
    finds(judge(crls[3]), ['PUBLISHED-RECORDED', /^it has number 3, and the newest of the ledger is 2: /]);
    const again = issueCrl(crlRequest(root, P384, { number: 2n, nextUpdate: later('P31D') }), P384);
    finds(judge(again), ['PUBLISHED-RECORDED', new RegExp(`^no CRL of the ledger has its SHA-256 ${sha256(again)}: `)]);
    const first = issueCrl(crlRequest(root, P384, { number: 1n, nextUpdate: later('P31D') }), P384);
    finds(judge(first), ['PUBLISHED-NUMBER', /^it has number 1, /], ['PUBLISHED-RECORDED', /^no CRL of the ledger/]);
  });

  test('that is a certificate of this CA and in no ledger is found', async () => {
    const caProfile = profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca'] ?? {});
    const secret = await issueUnder(subordinateRequest(root, caProfile, P256, { notAfter: later('P1Y') }), P384);
    finds(judge(secret), [
      'PUBLISHED-RECORDED',
      /^it has serial [0-9a-f]+ and is signed by the CA of "root", and is not in/,
    ]);
  });

  test('that another has signed is found, also under the same name', () => {
    const signed = issueCrl(crlRequest(namesake, P256, { number: 2n, nextUpdate: later('P30D') }), P256);
    finds(judge(signed), [
      'PUBLISHED-SIGNATURE',
      /^its signature is not that of the CA of the ledger whose name it bears$/,
    ]);
    const foreign = issueCrl(crlRequest(stranger, P256, { number: 2n, nextUpdate: later('P30D') }), P256);
    finds(judge(foreign), ['PUBLISHED-SIGNATURE', /^its issuer is no CA of the ledger, by its name$/]);
    finds(judge(namesake), [
      'PUBLISHED-SIGNATURE',
      /^it is not signed by the CA of the ledger whose name its issuer bears$/,
    ]);
    finds(judge(stranger), ['PUBLISHED-SIGNATURE', /^it has an issuer that is no CA of the ledger, by its name$/]);
    const flipped = Buffer.from(crls[2]);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    finds(judge(flipped), ['PUBLISHED-SIGNATURE', /^its signature is not that of the CA/]);
  });

  test('that has ended, or not begun, is found to the second', () => {
    const end = later('P30D');
    finds(judge(crls[2], null, formatUtc(parseUtc(end) - 1000)));
    finds(judge(crls[2], null, end), [
      'PUBLISHED-FRESH',
      new RegExp(`^it ended at ${end}, expected one that holds at ${end}$`),
    ]);
    finds(judge(crls[2], null, later('P4D')), ['PUBLISHED-FRESH', /^it begins at .*, after /]);
    const last = formatUtc(parseUtc(later('P10Y')) - 1000);
    finds(judge(root, null, last));
    finds(judge(root, null, later('P10Y')), ['PUBLISHED-FRESH', new RegExp(`^it ended at ${last}, before `)]);
    finds(judge(chain(below, root), null, later('P6Y')), ['PUBLISHED-FRESH', /^certificate 1 of the file ended at /]);
    finds(judge(root, null, formatUtc(parseUtc(NOT_BEFORE) - 1000)), ['PUBLISHED-FRESH', /^it begins at /]);
  });

  test('that lies under the name of another is found, and it is said what it is', () => {
    finds(judge(below, 'root.crt'), [
      'PUBLISHED-BYTES',
      /^its SHA-256 is [0-9a-f]{64}, which is publish\/tls-ca\.crt; expected [0-9a-f]{64}, that of certificates\/root\.crt of step "root"$/,
    ]);
  });

  test('in another form than was published is found', () => {
    finds(judge(pemOf('X509 CRL', crls[2])), ['PUBLISHED-BYTES', /^it is PEM, expected DER: /]);
    finds(judge(chain(below, root).replaceAll('\n', '\r\n')), ['PUBLISHED-BYTES', /^it is PEM of another form /]);
    finds(judge(chain(root, below)), [
      'PUBLISHED-SIGNATURE',
      /^certificate 2 of the file has not signed the one before it$/,
    ]);
  });

  test('that goes with a certificate is in order as the pack has it, and only so', () => {
    finds(judge('what the certificate says', 'tls-ca.txt'));
    finds(
      judge('what somebody says', 'tls-ca.txt'),
      ['PUBLISHED-BYTES', /, that of publish\/tls-ca\.txt$/],
      ['PUBLISHED-READ', /^it is neither DER nor PEM/],
    );
  });

  test('that is none is found, and nothing is made of it', () => {
    const cases: readonly (readonly [bytes: Uint8Array | string, message: RegExp])[] = [
      ['', /^it is empty$/],
      ['<html><body>404</body></html>', /^it is neither DER nor PEM, such as the page of an error$/],
      [crls[2].subarray(0, 100), /./],
      [Buffer.concat([crls[2], Buffer.from([0])]), /./],
      [`${chain(below)}text\n`, /^it is PEM with something before, between or after its blocks$/],
      [
        `${chain(below)}${pemOf('X509 CRL', crls[2])}`,
        /^it is neither a CRL, nor a certificate or several, nor an OCSP response, nor a request$/,
      ],
      [chain(below).replace('MII', '???'), /^it is PEM with something |PEM/],
      [
        '-'.repeat(5).concat('BEGIN X-----', '\n'.repeat(4 * 2 ** 20)),
        /^it is PEM of \d+ bytes; at most 4194304 are read$/,
      ],
    ];
    for (const [bytes, message] of cases) finds(judge(bytes), ['PUBLISHED-READ', message]);
  });

  describe('that is the CRL of a partition', () => {
    const [A, B] = ['a', 'b'].map((one) => `http://pki.example.com/crl/root-${one}.crl`) as [string, string];
    let parts: Readonly<Record<'a' | 'b' | 'users', Uint8Array>>;
    let held: LedgerFiles;
    /** As the pack names them, no name is that of a URL. */
    const at = (bytes: Uint8Array, place: { readonly name?: string; readonly url?: string }) => {
      const verdict = checkPublished(held, { name: null, where: 'standard input', ...place, bytes }, NOW);
      for (const { check } of verdict.findings) seen.add(check);
      return verdict;
    };
    const NOWHERE = /; where it lay nobody said: not held to its URL \(--as\); publish\//;

    before(() => {
      const of = (scope: CrlScope) => issueCrl(crlRequest(root, P384, { nextUpdate: later('P30D'), scope }), P384);
      parts = { a: of({ uri: A }), b: of({ uri: B }), users: of({ only: 'user' }) };
      const named = { name: 'root', signedBy: 'root' };
      held = ledgerFiles([
        softwarePack(
          [{ ...named, der: root }],
          Object.entries(parts).map(([name, der]) => ({ ...named, name: `part-${name}`, der })),
        ),
      ]);
    });

    test('is in order where it lies at its URL, however that is spelled, and under its name', () => {
      for (const url of [
        A,
        A.toUpperCase().replace('/CRL/ROOT-A.CRL', '/crl/root%2Da.crl'),
        A.replace('.com', '.com:80'),
      ])
        finds(at(parts.a, { url, name: 'root-a.crl' }));
      for (const place of [{ url: A }, { name: 'root-a.crl' }]) {
        const verdict = at(parts.a, place);
        finds(verdict);
        assert.doesNotMatch(verdict.is, NOWHERE);
      }
    });

    test('is found where it lies at the URL of another, whatever its name', () => {
      for (const name of ['root-a.crl', 'part-b.crl', undefined])
        finds(at(parts.b, { url: A, ...(name === undefined ? {} : { name }) }), [
          'PUBLISHED-PARTITION',
          new RegExp(`^it is of the partition ${B}, and was fetched from ${A}: expected the CRL of that URL`),
        ]);
      finds(at(parts.b, { url: 'http://pki.example.com/other.crl' }), ['PUBLISHED-PARTITION', /other\.crl: expected/]);
      finds(at(parts.users, { url: A }), ['PUBLISHED-PARTITION', /^it is of no URL, and was fetched from /]);
      finds(at(parts.users, { url: 'http://pki.example.com/users.crl' }));
    });

    test('is found under the name of another, and where nobody says where it lay, that is said', () => {
      finds(at(parts.b, { name: 'root-a.crl' }), [
        'PUBLISHED-PARTITION',
        new RegExp(`^it is of the partition ${B}, and has the name of the CRL of ${A}: expected that one$`),
      ]);
      for (const place of [{}, { name: 'part-b.crl' }]) {
        const verdict = at(parts.b, place);
        finds(verdict);
        assert.match(verdict.is, NOWHERE);
      }
    });
  });

  test('has a check for each thing that can be wrong, and each was found above', () => {
    const own = Object.keys(PUBLISHED_CHECKS).filter((check) => !/^PUBLISHED-(OCSP-|DELTA$)/.test(check));
    assert.deepEqual([...seen].sort(), own.sort());
  });
});
