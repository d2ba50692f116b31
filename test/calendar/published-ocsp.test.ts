import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { sha256 } from '../../src/base/digest.ts';
import { checkPublished, PUBLISHED_CHECKS } from '../../src/calendar/check-published.ts';
import { dueDates } from '../../src/calendar/due-dates.ts';
import { calendarFacts } from '../../src/calendar/facts.ts';
import { type LedgerFiles, ledgerFiles } from '../../src/calendar/ledger-files.ts';
import { calendarMetrics } from '../../src/calendar/metrics.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Pack } from '../../src/pack/pack-reader.ts';
import { KEY_ALGORITHMS, SIGNATURES } from '../../src/pki/algorithms.ts';
import { signatureIdentifier } from '../../src/pki/encode.ts';
import {
  answerPath,
  type CertificateAnswer,
  encodeOcspRequest,
  encodeOcspResponse,
  encodeResponseData,
} from '../../src/pki/ocsp-response.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { serialNumber } from '../../src/pki/request.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { ask, put } from '../issue/judges.ts';
import {
  type CaAlgorithm,
  crlRequest,
  issueCrl,
  issueRoot,
  issueUnder,
  keyOf,
  NOT_BEFORE,
  rootRequest,
  subordinateRequest,
} from '../issue/software-ca.ts';
import { profileOf, rootProfile, SCRIPTED } from '../pki/fixtures.ts';
import { readMetrics } from './read-metrics.ts';
import { softwarePack } from './software-pack.ts';

const [CA, RESPONDER, SUBORDINATE] = ['ecdsa-p384', 'ecdsa-p256', 'ecdsa-p521'] as const;
const later = (duration: string) => formatUtc(addDuration(parseUtc(NOT_BEFORE), duration));
/** An hour and five minutes after the CA: what openssl signs begins with the second in which it does. */
const NOW = later('PT1H5M');
const END = later('P30D');
const serialOf = (octet: number) => serialNumber(new Uint8Array(16).fill(octet));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const KEPT = serialOf(0x11);
const LOST = serialOf(0x22);
const RESPONDS = serialOf(0x33);

let root: Uint8Array;
let responder: Uint8Array;
let subordinates: Readonly<Record<'kept' | 'lost', Uint8Array>>;
const seen = new Set<string>();

const good = (serial: Uint8Array): CertificateAnswer => ({ serial, revoked: undefined });
const revoked: CertificateAnswer = { serial: LOST, revoked: { at: NOT_BEFORE, reason: 'cACompromise' } };

/** As a ceremony makes one. */
function respond(
  answers: readonly CertificateAnswer[],
  more: {
    readonly from?: string;
    readonly until?: string;
    readonly signer?: CaAlgorithm;
    readonly with?: Uint8Array;
    readonly about?: Uint8Array;
  } = {},
): Uint8Array {
  const { subject, spki } = parseCertificate(more.about ?? root);
  const [from, signer] = [more.from ?? NOT_BEFORE, more.signer ?? RESPONDER];
  const { signature } = KEY_ALGORITHMS[signer];
  const data = encodeResponseData({
    issuer: { name: subject.der, spki: spki.der },
    responder: keyOf(signer).spki,
    ...{ producedAt: from, thisUpdate: from, nextUpdate: more.until ?? END },
    ...{ answers, signatureAlgorithm: signature },
  });
  const signed = sign(SIGNATURES[signature].hash, data, keyOf(signer).privateKey);
  const carried = signer === CA ? [] : [more.with ?? responder];
  return encodeOcspResponse(data, signatureIdentifier(signature), signed, carried);
}

/** As openssl's own responder makes one, of an index that says what it is told. */
function opensslResponds(
  status: 'V' | 'R',
  name: 'kept' | 'lost',
  options: readonly string[] = ['-ndays', '7'],
  signer: { readonly certificate: Uint8Array; readonly key: CaAlgorithm } = { certificate: responder, key: RESPONDER },
): Uint8Array {
  const day = (utc: string) => utc.slice(2).replaceAll(/[-:T]/g, '');
  const serial = hex(name === 'kept' ? KEPT : LOST).toUpperCase();
  const at = status === 'R' ? `${day(NOT_BEFORE)},CACompromise` : '';
  const index = put('index.txt', `${status}\t${day(later('P1Y'))}\t${at}\t${serial}\tunknown\t/CN=${name}\n`);
  const pem = (file: string, der: Uint8Array) => put(file, pemOf('CERTIFICATE', der));
  const key = String(keyOf(signer.key).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const out = put('openssl.ors', '');
  const said = ask(
    ...(['openssl', 'ocsp', '-index', index, '-CA', pem('ca.pem', root)] as const),
    ...['-rsigner', pem('rsigner.pem', signer.certificate), '-rkey', put('rsigner.key', key), '-no_nonce', ...options],
    ...['-issuer', pem('ca.pem', root), '-cert', pem(`${name}.pem`, subordinates[name]), '-respout', out],
  );
  const bytes = Uint8Array.from(readFileSync(out));
  assert.ok(bytes.length > 0, said.text);
  return bytes;
}

/** A pack with what the CA has, and these responses. */
function packWith(
  ocsp: Readonly<Record<string, Uint8Array>>,
  { number = 2, isLost = true, responds = [] as readonly Uint8Array[] } = {},
): Pack {
  const lost = { serial: LOST, at: NOT_BEFORE, reason: 'cACompromise' as const };
  const more = responds.map((serial) => ({ ...lost, serial }));
  const list = isLost ? [lost, ...more] : more;
  const crl = issueCrl(crlRequest(root, CA, { number: BigInt(number), revoked: list, nextUpdate: END }), CA);
  return softwarePack(
    [
      { name: 'root', signedBy: 'root', der: root, earlier: true },
      { name: 'kept', signedBy: 'root', der: subordinates.kept },
      { name: 'lost', signedBy: 'root', der: subordinates.lost },
      { name: 'responder', signedBy: 'root', der: responder },
    ],
    [{ name: 'root', signedBy: 'root', der: crl }],
    { ocsp, ledger: { number } as Partial<Ledger> },
  );
}

const judge = (files: LedgerFiles, bytes: Uint8Array, name: string | null = null, asOf = NOW) => {
  const verdict = checkPublished(files, { name, where: name ?? 'standard input', bytes }, asOf);
  for (const { check } of verdict.findings) seen.add(check);
  return verdict;
};
/** Asserts that these findings and no others are made. */
const finds = (
  { findings }: ReturnType<typeof judge>,
  ...expected: readonly (readonly [check: string, message: RegExp])[]
) => {
  assert.deepEqual(
    findings.map(({ check }) => check),
    expected.map(([check]) => check),
    JSON.stringify(findings),
  );
  for (const [index, [, message]] of expected.entries()) assert.match(findings[index]?.message ?? '', message);
};
const UNKNOWN = [
  'PUBLISHED-RECORDED',
  /^no OCSP response of the packs that were given has its SHA-256 [0-9a-f]{64}: it is of an earlier pack, which is to be given with --earlier, or /,
] as const;

describe('a published OCSP response', () => {
  let both: Uint8Array;
  let files: LedgerFiles;
  const filesOf = (...packs: readonly [Pack, ...Pack[]]) => ledgerFiles(packs);

  before(async () => {
    root = await issueRoot(rootRequest(CA));
    const caProfile = profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca'] ?? {});
    const [kept, lost] = await Promise.all(
      [KEPT, LOST].map((serial) => issueUnder(subordinateRequest(root, caProfile, SUBORDINATE), CA, serial)),
    );
    subordinates = { kept: kept as Uint8Array, lost: lost as Uint8Array };
    responder = await responderWith();
    both = respond([good(KEPT), revoked]);
    files = filesOf(packWith({ 'answers.ors': both }));
  });

  const responderWith = (change: Parameters<typeof subordinateRequest>[3] = {}, serial = RESPONDS) =>
    issueUnder(
      subordinateRequest(root, profileOf('ocsp-responder', SCRIPTED['ocsp-responder']), RESPONDER, change),
      CA,
      serial,
    );

  test('that the pack has is in order, by its name, where a request leads, and without a name', () => {
    const { is, findings } = judge(files, both, 'answers.ors');
    assert.deepEqual(findings, []);
    assert.match(
      is,
      new RegExp(
        `^OCSP response: "kept" good, "lost" revoked at ${NOT_BEFORE} for cACompromise, until ${END}; publish/ocsp/`,
      ),
    );
    const { subject, spki } = parseCertificate(root);
    const asked = answerPath(encodeOcspRequest({ name: subject.der, spki: spki.der }, KEPT));
    finds(judge(files, both, asked.split('/').at(-1)));
    finds(judge(files, both));
  });

  test('that the CA has signed itself is in order where its certificate has that usage', async () => {
    const plain = root;
    const own = respond([good(KEPT)], { signer: CA });
    finds(judge(filesOf(packWith({ 'own.ors': own })), own), [
      'PUBLISHED-OCSP-SIGNER',
      /^the issuer's certificate lacks the key usage digitalSignature, so that its key signs no OCSP response$/,
    ]);
    const usage = { 'key-usage': ['keyCertSign', 'cRLSign', 'digitalSignature'] };
    root = await issueRoot(rootRequest(CA, { profile: rootProfile(usage) }));
    finds(judge(filesOf(packWith({ 'own.ors': own })), own));
    root = plain;
  });

  test('that lies under the name of another is found', () => {
    const [kept, lost] = [respond([good(KEPT)]), respond([revoked])];
    const of = filesOf(packWith({ 'kept.ors': kept, 'lost.ors': lost }));
    finds(judge(of, kept, 'lost.ors'), [
      'PUBLISHED-BYTES',
      new RegExp(
        `^its SHA-256 is ${sha256(kept)}, which is publish/ocsp/.*; expected ${sha256(lost)}, that of publish/ocsp/lost\\.ors$`,
      ),
    ]);
  });

  test('that has the end of a path as its name, as several have, is held to no other', () => {
    // Their base64 ends with the same characters after its last slash.
    const [one, other] = [0x11, 0x22].map((octet) =>
      serialNumber(Uint8Array.of(...new Array(9).fill(octet), ...new Array(6).fill(0xff), 1)),
    ) as [Uint8Array, Uint8Array];
    const { subject, spki } = parseCertificate(root);
    const [name, same] = [one, other].map((serial) =>
      answerPath(encodeOcspRequest({ name: subject.der, spki: spki.der }, serial))
        .split('/')
        .at(-1),
    ) as [string, string];
    assert.equal(name, same);
    const [first, second] = [respond([good(one)]), respond([good(other)])];
    const of = filesOf(packWith({ 'one.ors': first, 'other.ors': second }));
    for (const bytes of [first, second]) finds(judge(of, bytes, name), ['PUBLISHED-OCSP-ABOUT', /^it is about serial/]);
  });

  test('that calls good what has been revoked since is the gravest of findings, and stands first', () => {
    const before = respond([good(KEPT), good(LOST)], { from: later('PT1S') });
    const [first, second] = [
      packWith({ 'answers.ors': before }, { number: 1, isLost: false }),
      packWith({ 'answers.ors': respond([good(KEPT), revoked], { from: later('PT10S') }) }),
    ];
    finds(judge(filesOf(first), before, 'answers.ors'));
    const REVOKED = [
      'PUBLISHED-OCSP-REVOKED',
      new RegExp(
        `^it says of "lost" \\(serial number ${hex(LOST)}\\) "good" until ${END}, and CRL number 2 of "root" has it revoked at ${NOT_BEFORE} for cACompromise: clients trust what is revoked; `,
      ),
    ] as const;
    finds(
      judge(filesOf(first, second), before, 'answers.ors'),
      REVOKED,
      ['PUBLISHED-BYTES', /^its SHA-256 is /],
      [
        'PUBLISHED-OCSP-NEWEST',
        /^about "kept" .*, in ceremony 1 \(ocsp\/answers\.ors\); expected ocsp\/answers\.ors of ceremony 2, /,
      ],
      ['PUBLISHED-OCSP-NEWEST', /^about "lost" /],
    );
    // The newest pack alone knows that there is a newer one, and not that this one was signed in a ceremony.
    finds(
      judge(filesOf(second), before),
      REVOKED,
      ['PUBLISHED-OCSP-NEWEST', /^about "kept" /],
      ['PUBLISHED-OCSP-NEWEST', /^about "lost" /],
      UNKNOWN,
    );
    // The next ceremony has revoked and answered nothing: then the old one is still the newest.
    finds(judge(filesOf(first, packWith({})), before), REVOKED);
    finds(judge(filesOf(packWith({})), before), REVOKED, UNKNOWN);
  });

  test('of an earlier pack is in order where no newer one answers for the same, and its pack is given', () => {
    const [first, second] = [
      packWith({ 'answers.ors': both }, { number: 1 }),
      packWith({ 'other.ors': respond([revoked], { from: later('PT10S') }) }),
    ];
    finds(judge(filesOf(first, second), both));
    finds(judge(filesOf(first, packWith({})), both));
    finds(judge(filesOf(packWith({})), both), UNKNOWN);
  });

  test('of openssl: a good one, by hashes of either kind, is that of no ceremony', () => {
    for (const options of [
      ['-ndays', '7'],
      ['-ndays', '7', '-resp_key_id'],
    ])
      finds(judge(filesOf(packWith({})), opensslResponds('V', 'kept', options)), UNKNOWN);
    const bySha256 = opensslResponds('R', 'lost', ['-ndays', '7', '-sha256']);
    finds(judge(filesOf(packWith({})), bySha256), UNKNOWN);
  });

  test('of openssl: one that calls good what is revoked, and revoked what is not', () => {
    finds(
      judge(files, opensslResponds('V', 'lost')),
      ['PUBLISHED-OCSP-REVOKED', /^it says of "lost" .* "good" until /],
      UNKNOWN,
    );
    finds(
      judge(files, opensslResponds('R', 'kept')),
      [
        'PUBLISHED-OCSP-STATUS',
        /^it says of "kept" \(serial number 0111+\) "revoked at .* for cACompromise", and the newest CRL of "root" \(number 2\) does not list it: expected "good"$/,
      ],
      UNKNOWN,
    );
  });

  test('that says otherwise than the CRL when or why is found', () => {
    for (const other of [
      { at: later('PT1S'), reason: 'cACompromise' as const },
      { at: NOT_BEFORE, reason: 'superseded' as const },
      { at: NOT_BEFORE, reason: undefined },
    ]) {
      const wrong = respond([{ serial: LOST, revoked: other }], { from: later('PT10S') });
      finds(judge(filesOf(packWith({ 'answers.ors': wrong })), wrong), [
        'PUBLISHED-OCSP-STATUS',
        new RegExp(
          `^it says of "lost" .* "revoked at .*"; by CRL number 2 of "root" it is "revoked at ${NOT_BEFORE} for cACompromise"$`,
        ),
      ]);
    }
  });

  test('that has ended, or not begun, is found to the second, of the pack too', () => {
    finds(judge(files, both, null, formatUtc(parseUtc(END) - 1000)));
    finds(judge(files, both, 'answers.ors', END), [
      'PUBLISHED-OCSP-FRESH',
      new RegExp(`^it ended at ${END}, expected one that holds at ${END}$`),
    ]);
    const coming = respond([good(KEPT)], { from: later('P2D') });
    finds(
      judge(filesOf(packWith({ 'answers.ors': coming })), coming),
      ['PUBLISHED-OCSP-FRESH', /^it was produced at /],
      ['PUBLISHED-OCSP-FRESH', /^it begins at /],
    );
    // Without -ndays openssl says of no end.
    finds(judge(files, opensslResponds('V', 'kept', [])), UNKNOWN, [
      'PUBLISHED-OCSP-FRESH',
      /^it does not say when the next one comes$/,
    ]);
  });

  test('of openssl, signed by whoever may not: without the purpose, revoked, without its certificate, or by another key', async () => {
    const wrong = (message: RegExp) => ['PUBLISHED-OCSP-SIGNER', message] as const;
    const subordinate = { certificate: subordinates.kept, key: SUBORDINATE };
    finds(
      judge(files, opensslResponds('V', 'kept', ['-ndays', '7'], subordinate)),
      wrong(/^the responder's certificate lacks the purpose id-kp-OCSPSigning$/),
      wrong(/^the responder's certificate lacks id-pkix-ocsp-nocheck$/),
      wrong(/^the responder's certificate lacks the key usage digitalSignature$/),
      UNKNOWN,
    );
    finds(
      judge(filesOf(packWith({}, { responds: [RESPONDS] })), opensslResponds('V', 'kept')),
      wrong(
        new RegExp(
          `^the responder's certificate, serial number ${hex(RESPONDS)}, is revoked at ${NOT_BEFORE} for cACompromise, by CRL number 2 of "root"$`,
        ),
      ),
      UNKNOWN,
    );
    finds(
      judge(files, opensslResponds('V', 'kept', ['-ndays', '7', '-resp_no_certs'])),
      wrong(
        /^the key of "root" has not signed it, nor has a responder whose certificate comes with it, of which there are 0$/,
      ),
      UNKNOWN,
    );
    const flipped = Uint8Array.from(respond([good(KEPT)], { signer: CA }));
    flipped[flipped.length - 1]! ^= 1;
    finds(judge(files, flipped), wrong(/, of which there are 0$/), UNKNOWN);
    const secret = await responderWith({}, serialOf(0x44));
    finds(
      judge(files, opensslResponds('V', 'kept', ['-ndays', '7'], { certificate: secret, key: RESPONDER })),
      [
        'PUBLISHED-RECORDED',
        /^the responder's certificate, serial number 0144+, is signed by the CA "root" and is not in the ledger: /,
      ],
      UNKNOWN,
    );
  });

  test('of a responder that is not there long enough, or not of this CA, is found', async () => {
    const short = await responderWith({ notAfter: later('P1D') }, serialOf(0x55));
    const ended = respond([good(KEPT)], { with: short });
    const is = judge(files, ended, null, later('P2D'));
    assert.deepEqual(
      is.findings.filter(({ check }) => check === 'PUBLISHED-OCSP-SIGNER').map(({ message }) => message),
      [
        `nextUpdate ${END} is after the responder's certificate is valid, until ${later('P1D')}`,
        `the responder's certificate ended at ${later('P1D')}, before ${later('P2D')}`,
      ],
    );
    const foreign = await issueRoot(rootRequest(RESPONDER));
    const other = respond([good(KEPT)], { with: foreign });
    assert.match(
      judge(files, other)
        .findings.map(({ message }) => message)
        .join('\n'),
      /^the responder's certificate has its own name as issuer/,
    );
  });

  test('about what the ledger does not have is found', async () => {
    finds(
      judge(files, respond([good(serialOf(0x66))])),
      [
        'PUBLISHED-OCSP-ABOUT',
        /^it is about serial number 0166+ of "root", which the ledger of ceremony 2 does not have: /,
      ],
      UNKNOWN,
    );
    const stranger = await issueRoot(rootRequest('ed25519'));
    finds(judge(files, respond([good(KEPT)], { about: stranger })), [
      'PUBLISHED-OCSP-ABOUT',
      /^it is about serial number 0111+ of a CA that the ledger does not have, by the hashes of name and key$/,
    ]);
  });

  test('that answers nothing, as a server does that has none, is found', () => {
    // tryLater: 30 03 0a 01 03
    finds(judge(files, Uint8Array.of(0x30, 3, 0x0a, 1, 3)), [
      'PUBLISHED-READ',
      /expected the responseStatus successful \(0\), found 3/,
    ]);
    finds(judge(files, both.subarray(0, 200)), ['PUBLISHED-READ', /./]);
  });

  test('is in calendar and metrics by its end: the newest of those about a certificate', () => {
    const newer = respond([good(KEPT)], { from: later('PT10S'), until: later('P60D') });
    // Its name comes first, and it was signed last.
    const facts = calendarFacts([packWith({ 'b.ors': both, 'a.ors': newer })]);
    const ends = dueDates(facts).dates.filter(({ kind }) => kind === 'ocsp-end');
    assert.deepEqual(
      ends.map(({ at, what }) => [at, what]),
      [
        [END, 'OCSP response about certificate "lost"'],
        [later('P60D'), 'OCSP response about certificate "kept"'],
      ],
    );
    const metrics = readMetrics(calendarMetrics(dueDates(facts), facts));
    const of = (name: string) =>
      metrics
        .filter((one) => one.name === name)
        .map(({ labels, value }) => [labels['certificate'], labels['issuer'], value]);
    assert.deepEqual(of('quorate_ocsp_next_update_timestamp_seconds'), [
      ['kept', 'root', parseUtc(later('P60D')) / 1000],
      ['lost', 'root', parseUtc(END) / 1000],
    ]);
    assert.deepEqual(of('quorate_ocsp_this_update_timestamp_seconds'), [
      ['kept', 'root', parseUtc(later('PT10S')) / 1000],
      ['lost', 'root', parseUtc(NOT_BEFORE) / 1000],
    ]);
  });

  test('has a check for each thing that can be wrong, and each was found above', () => {
    const own = Object.keys(PUBLISHED_CHECKS).filter((check) => check.startsWith('PUBLISHED-OCSP-'));
    assert.deepEqual([...seen].filter((check) => check.startsWith('PUBLISHED-OCSP-')).sort(), own.sort());
  });
});
