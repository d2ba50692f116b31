import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { previousCertificatePath, previousCrlPath } from '../../src/ledger/carried.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { type CertificateProfile, type CrlProfile, resolveProfile } from '../../src/pki/profile.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { siteText, WINDOW } from '../forge/stage.ts';
import { type Edit, edited, TEMPLATES } from './planned.ts';

const SCRIPT = `quorate: 1
ceremony: { title: Second, objectives: [issue-subordinate], policy: P, place: L }
rules: [rfc5280]
profiles:
  tls-ca: { extends: tls-issuing-ca, policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.com/r.crt", crl: "http://pki.example.com/r.crl" }
seats:
  administrator: { of: 1 }
  crypto-officer: { of: 5, present: 3 }
  witness: { of: 1 }
quorums: { sign: 3 }
uses:
  root-key: { key: root, of: root-g1 }
  old-tls: { certificate: tls-1, of: root-g1 }
  ca: { certificate: root, of: root-g1 }
  last: { crl: latest, of: root-g1 }
tokens:
  root-hsm: { expect: ledger }
acts:
  - title: Only
    steps:
      - { id: tls-key, step: generate-key, with: { token: root-hsm, label: tls-2, algorithm: ecdsa-p384 }, makes: { key: tls } }
      - id: tls-ca
        step: issue-intermediate
        with:
          issuer: ca
          key: root-key
          subject-key: tls
          profile: tls-ca
          subject: { CN: TLS CA 2 }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P5Y, minus: PT1S }
        out: tls-ca.crt
        makes: { certificate: tls }
      - { id: close, step: close, by: administrator, check: witness }
`;

function profile(name: string, overrides: object = {}) {
  const { profile: made, problems } = resolveProfile(name, overrides as never, TEMPLATES);
  assert.deepEqual(problems, []);
  return made as CertificateProfile;
}

const common = { keyAlgorithm: 'ecdsa-p384', signatureAlgorithm: 'ecdsa-sha384' } as const;
const TLS = {
  policies: ['2.23.140.1.2.1'],
  'ca-issuers': 'http://pki.example.com/r.crt',
  crl: 'http://pki.example.com/r.crl',
};
const ROOT = await lazyIssue.standIn({
  ...common,
  profile: profile('root-ca'),
  subject: [{ type: 'CN', value: 'REHEARSAL Root' }],
  issuer: 'self',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
});
const IDENTITY = issuerIdentity(parseCertificate(ROOT));
const OLD = await lazyIssue.standIn({
  ...common,
  profile: profile('tls-issuing-ca', TLS),
  subject: [{ type: 'CN', value: 'REHEARSAL TLS CA 1' }],
  issuer: IDENTITY,
  notBefore: '2026-02-01T00:00:00Z',
  notAfter: '2031-01-01T00:00:00Z',
});

async function crl(...revoked: readonly Revocation[]): Promise<Uint8Array> {
  const tbs = wholeOf(
    await lazyIssue.tbsCertList({
      profile: resolveProfile('root-crl', {}, TEMPLATES).profile as CrlProfile,
      issuer: IDENTITY,
      number: 3n,
      thisUpdate: '2027-01-01T00:00:00Z',
      nextUpdate: '2027-12-31T00:00:00Z',
      revoked,
      signatureAlgorithm: 'ecdsa-sha384',
    }),
  );
  return lazyIssue.assemble(tbs, 'ecdsa-sha384', new Uint8Array(96));
}

/** What stands between what is to be issued and what earlier ceremonies left: code and text. */
async function found(edits: readonly Edit[] = [], last?: Uint8Array): Promise<string[]> {
  const [root, old] = [ROOT, OLD].map((der) => parseCertificate(der));
  assert.ok(root && old);
  const list = last ?? (await crl());
  const spkiSha256 = sha256(root.spki.der);
  const certificate = (name: string, der: Uint8Array) => {
    const { serial, spki, notBefore, notAfter } = parseCertificate(der);
    const facts = { serial: serial.hex, spkiSha256: sha256(spki.der), notBefore: notBefore.at, notAfter: notAfter.at };
    return { name, path: `certificates/${name}.crt`, sha256: sha256(der), key: 'root', step: name, ...facts };
  };
  const ledger: Ledger = {
    type: 'quorate/ledger/1',
    ceremony: NO_DIGEST,
    number: 1,
    previous: NO_DIGEST,
    tokens: [{ name: 'root-hsm', serial: '0001', model: 'Soft HSM v1', label: 'ROOT-G1', means: 'shares', sets: [] }],
    keys: [
      {
        ...{ name: 'root', label: 'rehearsal-root-g1', id: '0a', algorithm: 'ecdsa-p384', token: '0001', step: 'k' },
        ...{ spki: Buffer.from(root.spki.der).toString('base64'), spkiSha256, quirks: [] },
        ...{ generatedAt: '2026-01-01T00:00:00Z', state: 'active', states: [] },
      },
    ],
    copies: [],
    certificates: [certificate('root', ROOT), certificate('tls-1', OLD)],
    crls: [
      {
        ...{ name: 'root', path: 'crls/root.crl', sha256: sha256(list), issuer: 'root', number: '3', step: 'crl' },
        ...{ thisUpdate: '2027-01-01T00:00:00Z', nextUpdate: '2027-12-31T00:00:00Z' },
      },
    ],
    shareSets: [],
    custody: [],
  };
  const left: readonly Edit[] = [
    ['blank: true', 'serial: "0001"'],
    ['previous: none', `previous: { pack: previous, head: ${sha256('head')} }`],
  ];
  const script = readScript(Buffer.from(edited(SCRIPT, edits)), 'script.yaml', STEP_TYPES);
  const { draft, problems } = makePlan({
    script,
    site: readSite(Buffer.from(edited(siteText('rehearsal'), left)), 'site.yaml'),
    ledger,
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  assert.ok(draft);
  const carried = new Map([
    [previousCertificatePath(sha256(ROOT)), ROOT],
    [previousCertificatePath(sha256(OLD)), OLD],
    [previousCrlPath(sha256(list)), list],
  ]);
  const linted = await lintDraft({ ...draft, carried }, script.positions, lazyIssue, [WINDOW.from, WINDOW.until]);
  return [...problems, ...linted]
    .filter(({ code }) => ['PLAN_HIERARCHY', 'PLAN_DATE', 'PLAN_LINT', 'PLAN_NAME', 'PLAN_PROFILE'].includes(code))
    .map(({ code, line, text }) => `${code} ${line} ${text}`);
}

describe('below a root of an earlier ceremony', () => {
  test('what fits it has no problem: no CRL is asked of a CA that had its first one then', async () => {
    assert.deepEqual(await found(), []);
  });

  test('what ends after it is refused, and ends with it where the script says so', async () => {
    const later: Edit = ['plus: P5Y, minus: PT1S', 'plus: P9Y'];
    const problems = await found([later]);
    assert.ok(
      problems.some((one) =>
        /^PLAN_HIERARCHY 31 "tls" is valid until 2036-03-.*, after its issuer "ca" \(2036-01-01T00:00:00Z\)$/.test(one),
      ),
      problems.join('\n'),
    );
    assert.deepEqual(await found([['plus: P5Y, minus: PT1S', 'plus: P9Y, at-most: ca.not-after']]), []);
  });

  test('neither its name nor that of its other CA is given to another key', async () => {
    assert.deepEqual(await found([['CN: TLS CA 2', 'CN: Root']]), [
      'PLAN_HIERARCHY 29 "tls" cannot be issued below "ca": the subject is the name of the issuer, expected another one',
    ]);
    assert.deepEqual(await found([['CN: TLS CA 2', 'CN: tls ca 1']]), [
      'PLAN_HIERARCHY 29 "tls" has the subject of "old-tls" (REHEARSAL tls ca 1), and another key',
    ]);
  });

  test('nor is the name of a CA that the script does not use, and its CRL is where that one says too', async () => {
    const unused: Edit = ['  old-tls: { certificate: tls-1, of: root-g1 }\n', ''];
    const path = previousCertificatePath(sha256(OLD));
    assert.deepEqual(await found([unused, ['CN: TLS CA 2', 'CN: tls ca 1']]), [
      `PLAN_HIERARCHY 28 "tls" has the subject of "${path}" (REHEARSAL tls ca 1), and another key`,
    ]);
    assert.deepEqual(
      await found([unused, ['crl: "http://pki.example.com/r.crl" }', 'crl: "http://pki.example.com/s.crl" }']]),
      [
        `PLAN_HIERARCHY 27 "tls" names the CRL "http://pki.example.com/s.crl", and "${path}" of the same issuer names "http://pki.example.com/r.crl"`,
      ],
    );
  });

  test('nothing is issued once a CRL revokes it that the script does not use', async () => {
    const revoked = { serial: parseCertificate(ROOT).serial.bytes, at: '2026-12-31T00:00:00Z' } as const;
    const last = await crl({ ...revoked, reason: 'keyCompromise' });
    assert.deepEqual(await found([['  last: { crl: latest, of: root-g1 }\n', '']], last), [
      'PLAN_HIERARCHY 24 "tls" stands below "ca", which was revoked at 2026-12-31T00:00:00Z',
    ]);
  });

  test('its own key gets no other name', async () => {
    const problems = await found([['subject-key: tls\n', 'subject-key: root-key\n']]);
    assert.ok(
      problems.includes(
        'PLAN_HIERARCHY 29 "tls" certifies the key of "ca" under another subject: REHEARSAL TLS CA 2 and REHEARSAL Root',
      ),
      problems.join('\n'),
    );
  });

  test('the CRL is where its other CA says that it is', async () => {
    assert.deepEqual(
      await found([['crl: "http://pki.example.com/r.crl" }', 'crl: "http://pki.example.com/s.crl" }']]),
      [
        'PLAN_HIERARCHY 28 "tls" names the CRL "http://pki.example.com/s.crl", and "old-tls" of the same issuer names "http://pki.example.com/r.crl"',
      ],
    );
  });

  test('nothing is issued once its CRL revokes it', async () => {
    const revoked = (der: Uint8Array) => ({
      serial: parseCertificate(der).serial.bytes,
      at: '2026-12-31T00:00:00Z',
      reason: 'keyCompromise' as const,
    });
    assert.deepEqual(await found([], await crl(revoked(ROOT))), [
      'PLAN_HIERARCHY 25 "tls" stands below "ca", which was revoked at 2026-12-31T00:00:00Z',
    ]);
  });

  test('the key that signs is the one of the certificate', async () => {
    assert.deepEqual(await found([['key: root-key\n', 'key: tls\n']]), ['PLAN_NAME 26 "tls" is not the key of "ca"']);
  });
});
