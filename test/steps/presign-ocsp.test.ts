import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { buildTbsCertList } from '../../src/issue/crl.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { encodeOcspRequest, encodeOcspResponse } from '../../src/pki/ocsp-response.ts';
import { algorithmIdentifier } from '../../src/quorum/mechanism.ts';
import { presignOcsp } from '../../src/steps/presign-ocsp.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { parseOcspResponse, parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import { answering } from '../forge/answering.ts';
import { hsmKeyOf, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { crlProfile } from '../pki/fixtures.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { type Falsification, recordOf } from './recording.ts';

const { judges, stepOf, recordedBy, events, files, plan } = recordOf(await recordCeremony(answering()));
const PATH = 'ocsp/answers.ors';
const STEP = stepOf('answers');
const DER = files.get(PATH) as Uint8Array;
const READ = parseOcspResponse(DER);
const certificate = (name: string) => parseCertificate(files.get(`certificates/${name}.crt`) as Uint8Array);
const [ROOT, CA, RESPONDER] = [certificate('root'), certificate('tls-ca-1'), certificate('ocsp')];
const finding = (message: string) => `STEP-OCSP step ${STEP.number} "answers": ${message}`;
const params = (change: object): Falsification => ({ params: { ...STEP.params, ...change } });
const MECHANISM = 'ecdsa-sha384';

/** A CRL of the root that lists that serial number, signed by it. */
function crlListing(serial: Uint8Array, at = '2027-03-10T09:00:00Z'): Uint8Array {
  const tbs = wholeOf(
    buildTbsCertList({
      profile: crlProfile(),
      issuer: { name: ROOT.subject.der, keyIdentifier: subjectKeyIdentifier(ROOT.extensions) as Uint8Array },
      number: 1n,
      ...{ thisUpdate: at, nextUpdate: '2028-03-01T00:00:00Z' },
      revoked: [{ serial, at, reason: 'cACompromise' }],
      signatureAlgorithm: MECHANISM,
    }),
  );
  return lazyIssue.assemble(tbs, MECHANISM, hsmSign(hsmKeyOf(sha256(ROOT.spki.der)), tbs));
}

test('the ledger takes it for no certificate and no CRL', () => {
  const { certificates, crls } = deriveLedger(plan, events, (path) => files.get(path));
  assert.deepEqual(
    certificates.map(({ name }) => name),
    ['root', 'tls-ca-1', 'tls-ca-2', 'responder'],
  );
  assert.deepEqual(
    crls.map(({ name }) => name),
    ['root'],
  );
});

test('it is by the responder, with its certificate, and about the CA alone', () => {
  assert.deepEqual(
    READ.certificates.map(({ der }) => sha256(der)),
    [sha256(RESPONDER.der)],
  );
  assert.deepEqual(
    READ.responses.map(({ certId, status }) => [certId.serial.hex, status]),
    [[CA.serial.hex, { kind: 'good' }]],
  );
  assert.deepEqual(parseOcspResponse(files.get('ocsp/own-answers.ors') as Uint8Array).certificates, []);
});

judges('answers', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no OCSP response was signed')],
  ['it is not in the pack', { files: (all) => void all.delete(PATH) }, finding('the OCSP response is not in the pack')],
  ['it is cut short', { files: (all) => void all.set(PATH, DER.subarray(0, -1)) }, /content bytes of SEQUENCE/],
  [
    'the CRL is not in the pack',
    { files: (all) => void all.delete('crls/root.crl') },
    finding('a certificate or the CRL that it names is not in the pack'),
  ],
  [
    'the CRL lists what it calls good',
    { files: (all) => void all.set('crls/root.crl', crlListing(CA.serial.bytes)) },
    finding(`status of ${CA.serial.hex} is good, asked for revoked at 2027-03-10T09:00:00Z for cACompromise`),
  ],
  [
    'the CRL has its responder revoked',
    { files: (all) => void all.set('crls/root.crl', crlListing(RESPONDER.serial.bytes)) },
    finding("the responder's certificate was revoked at 2027-03-10T09:00:00Z"),
  ],
  [
    'the CRL begins after it',
    { files: (all) => void all.set('crls/root.crl', crlListing(Uint8Array.of(5), '2027-04-01T00:00:00Z')) },
    /thisUpdate \S+ is before that of the CRL by which it goes, 2027-04-01T00:00:00Z/,
  ],
  [
    'it was to be about the other CA',
    params({ certificates: ['tls-ca-2'] }),
    /serialNumber is [0-9a-f]+, asked for [0-9a-f]+/,
  ],
  [
    'it was to be by the root itself',
    params({ responder: undefined }),
    /proposes "key" .*; planned was [\s\S]*responderID is key [0-9a-f]+, asked for key [\s\S]*it comes with a certificate/,
  ],
  [
    'it comes without the certificate of its responder',
    {
      files: (all) =>
        void all.set(PATH, encodeOcspResponse(READ.tbs, algorithmIdentifier(MECHANISM), READ.signature, [])),
    },
    finding("it does not come with the responder's certificate alone"),
  ],
  [
    'it was to end at another time',
    params({ 'next-update': { from: 'this-update', plus: 'P300D' } }),
    /nextUpdate of [0-9a-f]+ is 2028-03-08T\S+, asked for 2028-01-04T/,
  ],
  [
    'it was to end after its responder',
    params({ 'next-update': { from: 'this-update', plus: 'P400D' } }),
    /nextUpdate 2028-04-13T\S+ is after the responder's certificate is valid, until 2028-03-10T/,
  ],
]);

describe('giving answers', () => {
  const propose = (change: object = {}, there = files, before = events, at = '2027-03-10T09:30:00Z') => {
    const pack = {
      list: async () => [...there.keys()],
      read: async (path: string) => there.get(path) as Uint8Array,
      open: async (path: string) => there.get(path) as Uint8Array,
    };
    const context = { issue: lazyIssue, pack, ceremony: { plan, events: () => before } };
    return presignOcsp.propose?.({ ...STEP.params, ...change } as never, STEP, context as never, at);
  };
  const refused = (work: () => unknown, code: string, message: RegExp) =>
    assert.rejects(
      async () => await work(),
      (error: unknown) => {
        assert.ok(error instanceof CeremonyError, String(error));
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      },
    );
  const withCrl = (crl: Uint8Array) => new Map(files).set('crls/root.crl', crl);

  test('what is proposed says what the CRL says', async () => {
    const good = await propose();
    assert.deepEqual([good?.lint, good?.operation.op], [[], 'sign']);
    const lost = await propose({}, withCrl(crlListing(CA.serial.bytes)));
    assert.deepEqual(parseOcspResponseData(lost?.payload as Uint8Array).responses[0]?.status, {
      ...{ kind: 'revoked', at: { at: '2027-03-10T09:00:00Z', form: 'generalized' } },
      reason: 'cACompromise',
    });
  });

  test('nothing is proposed that a client would not take, or that is not so', async () => {
    await refused(
      () => propose({ certificates: ['root'] }),
      'LINT_FAILED',
      /^the OCSP response is not signed: "root" has its own name as issuer/,
    );
    await refused(
      () => propose({ issuer: 'tls-ca-2' }),
      'LINT_FAILED',
      /"tls-ca-1" was issued under the name of another CA/,
    );
    await refused(
      () => propose({ responder: 'tls-ca-2', certificates: ['tls-ca-1'] }),
      'LINT_FAILED',
      /lacks the purpose id-kp-OCSPSigning; the responder's certificate lacks id-pkix-ocsp-nocheck; .* lacks the key usage digitalSignature$/,
    );
    await refused(
      () => propose({}, withCrl(crlListing(RESPONDER.serial.bytes))),
      'LINT_FAILED',
      /: the responder's certificate was revoked at /,
    );
    await refused(
      () => propose({ 'next-update': { from: 'this-update', plus: 'P400D' } }),
      'LINT_FAILED',
      /nextUpdate \S+ is after the responder's certificate is valid, until /,
    );
    await refused(
      () => propose({}, files, events, '2027-03-09T09:00:00Z'),
      'LINT_FAILED',
      /thisUpdate \S+ is before the issuer's certificate is valid, from \S+; thisUpdate \S+ is before the responder's/,
    );
    await refused(
      () => propose({ crl: 'none' }),
      'HSM_OBJECT_MISSING',
      /^a certificate or the CRL .* is not made here$/,
    );
    await refused(() => propose({}, files, []), 'HSM_OBJECT_MISSING', /^the key "ocsp" has not been generated$/);
  });

  test('a certificate under the name of the CA that another key signed is not answered for', async () => {
    const forged = lazyIssue.assemble(CA.tbs, MECHANISM, hsmSign(hsmKeyOf(sha256(CA.spki.der)), CA.tbs));
    const there = new Map(files).set('certificates/tls-ca-1.crt', forged);
    await refused(() => propose({}, there), 'LINT_FAILED', /"tls-ca-1" is not signed with the key of the issuer$/);
  });

  test('what was approved is stored under its name, and where a request leads', async () => {
    const { made, error } = await run(READ.signature);
    assert.equal(error, undefined);
    const asked = encodeOcspRequest({ name: ROOT.subject.der, spki: ROOT.spki.der }, CA.serial.bytes);
    const way = `publish/ocsp/${Buffer.from(asked).toString('base64').replace(/\/+/g, '/')}`;
    assert.deepEqual([...made.keys()], [PATH, 'ocsp/answers.txt', 'publish/ocsp/answers.ors', way]);
    for (const path of [PATH, 'publish/ocsp/answers.ors', way]) assert.equal(sha256(made.get(path) ?? ''), sha256(DER));
  });

  test('a signature that does not verify gives no response', async () => {
    const { made, error } = await run(hsmSign(hsmKeyOf(sha256(ROOT.spki.der)), READ.tbs));
    assert.ok(error instanceof CeremonyError);
    assert.deepEqual(
      [error.code, error.message],
      ['HSM_SIGNATURE', 'the signature of the new OCSP response does not verify with the certificate "responder"'],
    );
    assert.deepEqual([...made.keys()], []);
  });
});

async function run(signature: Uint8Array) {
  const folder = new MemoryFiles();
  const pack = {
    list: async () => [...files.keys()],
    read: async (path: string) => files.get(path) as Uint8Array,
    open: async (path: string) => files.get(path) as Uint8Array,
    add: async function* (_step: unknown, all: readonly (readonly [string, Uint8Array])[]) {
      for (const [path, bytes] of all) {
        await folder.create(path, bytes);
        yield { type: 'file', path };
      }
    },
  };
  const operations = {
    execute: async function* () {
      yield* [];
      return { facts: {}, bytes: signature, payload: READ.tbs };
    },
  };
  const context = { operations, issue: lazyIssue, pack, ceremony: { plan, events: () => events } };
  const { error } = await recordedBy(presignOcsp, STEP, context);
  return { made: folder.content, error };
}
