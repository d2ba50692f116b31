import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { buildResponseData } from '../../src/issue/ocsp-response.ts';
import { KEY_ALGORITHMS, SIGNATURES } from '../../src/pki/algorithms.ts';
import { compareOcspResponse } from '../../src/pki/compare-ocsp.ts';
import { signatureIdentifier } from '../../src/pki/encode.ts';
import {
  answerPath,
  type CertificateAnswer,
  encodeOcspRequest,
  encodeOcspResponse,
  encodeResponseData,
  type OcspAnswers,
} from '../../src/pki/ocsp-response.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { serialNumber } from '../../src/pki/request.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseOcspResponse, parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { ask, put } from './judges.ts';
import {
  CA_ALGORITHMS,
  type CaAlgorithm,
  issueRoot,
  issueUnder,
  keyOf,
  NOT_BEFORE,
  rootRequest,
  subordinateRequest,
} from './software-ca.ts';

const LATER = new Date(Date.parse(NOT_BEFORE) + 300 * 86_400_000).toISOString().replace(/\.\d+/, '');
const GOOD = serialNumber(new Uint8Array(16).fill(0x11));
const LOST = serialNumber(new Uint8Array(16).fill(0x22));
const ANSWERS: readonly CertificateAnswer[] = [
  { serial: GOOD, revoked: undefined },
  { serial: LOST, revoked: { at: NOT_BEFORE, reason: 'cACompromise' } },
];

function answersOf(root: Uint8Array, signer: CaAlgorithm, change: Partial<OcspAnswers> = {}): OcspAnswers {
  const { subject, spki } = parseCertificate(root);
  return {
    issuer: { name: subject.der, spki: spki.der },
    responder: keyOf(signer).spki,
    ...{ producedAt: NOT_BEFORE, thisUpdate: NOT_BEFORE, nextUpdate: LATER },
    answers: ANSWERS,
    signatureAlgorithm: KEY_ALGORITHMS[signer].signature,
    ...change,
  };
}

function respond(asked: OcspAnswers, signer: CaAlgorithm, certificates: readonly Uint8Array[] = []): Uint8Array {
  const data = buildResponseData(asked);
  const { hash } = SIGNATURES[asked.signatureAlgorithm];
  const signature = sign(hash, data, keyOf(signer).privateKey);
  return encodeOcspResponse(data, signatureIdentifier(asked.signatureAlgorithm), signature, certificates);
}

/** What openssl says of a response to whoever trusts the root, asked for the certificates with these files. */
function judge(name: string, response: Uint8Array, root: string, ...certificates: readonly string[]) {
  const respin = put(`${name}.ors`, response);
  const asked = certificates.flatMap((file) => ['-cert', file]);
  return ask('openssl', 'ocsp', '-respin', respin, '-issuer', root, ...asked, '-CAfile', root);
}

describe('an OCSP response', () => {
  const roots = new Map<CaAlgorithm, { der: Uint8Array; pem: string }>();
  const subordinates = new Map<string, string>();
  before(async () => {
    for (const algorithm of CA_ALGORITHMS) {
      const der = await issueRoot(rootRequest(algorithm));
      roots.set(algorithm, { der, pem: put(`${algorithm}.root.pem`, pemOf('CERTIFICATE', der)) });
    }
    for (const [name, serial] of Object.entries({ good: GOOD, lost: LOST })) {
      const request = subordinateRequest(
        rootOf('ecdsa-p384').der,
        profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']),
        'ecdsa-p256',
      );
      subordinates.set(name, put(`${name}.pem`, pemOf('CERTIFICATE', await issueUnder(request, 'ecdsa-p384', serial))));
    }
  });
  const rootOf = (algorithm: CaAlgorithm) => roots.get(algorithm) ?? assert.fail(`no root of ${algorithm}`);
  const fileOf = (name: string) => subordinates.get(name) ?? assert.fail(`no certificate ${name}`);

  for (const algorithm of CA_ALGORITHMS) {
    it(`of a root with a key of ${algorithm} is accepted by openssl, reader and comparison`, () => {
      const root = rootOf(algorithm);
      const asked = answersOf(root.der, algorithm);
      const der = respond(asked, algorithm);
      const said = ask(
        ...(['openssl', 'ocsp', '-respin', put('own.ors', der), '-issuer', root.pem] as const),
        ...['-serial', `0x${Buffer.from(GOOD).toString('hex')}`, '-serial', `0x${Buffer.from(LOST).toString('hex')}`],
        ...['-CAfile', root.pem],
      );
      assert.equal(said.status, 0, said.text);
      assert.match(said.text, /Response verify OK/);
      assert.match(said.text, /^0x0111+: good$/m);
      assert.match(said.text, /^0x0122+: revoked\n.*\n.*\n\tReason: cACompromise$/m);
      const response = parseOcspResponse(der);
      assert.deepEqual(compareOcspResponse(response, asked), []);
      assert.deepEqual(response.tbs, encodeResponseData(asked));
      assert.deepEqual(response.certificates, []);
    });
  }

  it('of a responder that the root has delegated to is accepted with its certificate, and not without', async () => {
    const root = rootOf('ecdsa-p384');
    const profile = profileOf('ocsp-responder', SCRIPTED['ocsp-responder']);
    const certificate = await issueUnder(subordinateRequest(root.der, profile, 'ecdsa-p256'), 'ecdsa-p384');
    const asked = answersOf(root.der, 'ecdsa-p256');
    const said = judge(
      'delegated',
      respond(asked, 'ecdsa-p256', [certificate]),
      root.pem,
      fileOf('good'),
      fileOf('lost'),
    );
    assert.equal(said.status, 0, said.text);
    assert.match(said.text, /Response verify OK/);
    assert.match(said.text, /good\.pem: good$/m);
    assert.match(said.text, /lost\.pem: revoked$/m);
    const bare = judge('bare', respond(asked, 'ecdsa-p256'), root.pem, fileOf('good'));
    assert.match(bare.text, /signer certificate not found/);
    const { certificates } = parseOcspResponse(respond(asked, 'ecdsa-p256', [certificate]));
    assert.deepEqual(
      certificates.map(({ der }) => der),
      [certificate],
    );
  });

  it('lies where openssl asks for it', () => {
    const root = rootOf('ecdsa-p384');
    const out = put('asked.req', '');
    const said = ask('openssl', 'ocsp', '-issuer', root.pem, '-cert', fileOf('good'), '-no_nonce', '-reqout', out);
    assert.equal(said.status, 0, said.text);
    const request = Uint8Array.from(readFileSync(out));
    const { issuer } = answersOf(root.der, 'ecdsa-p384');
    assert.deepEqual(encodeOcspRequest(issuer, GOOD), request);
    assert.equal(answerPath(request), Buffer.from(request).toString('base64').replace(/\/+/g, '/'));
    assert.equal(answerPath(Uint8Array.of(0x30, 0x0f, 0xff)), 'MA/index.html');
    assert.equal(answerPath(Uint8Array.of(0x03, 0xff, 0xff, 0xfb, 0xe0)), 'A/++A=');
  });

  it('says what differs from what was asked', () => {
    const root = rootOf('ecdsa-p384').der;
    const asked = answersOf(root, 'ecdsa-p384');
    const differ = (change: Partial<OcspAnswers>) =>
      compareOcspResponse(parseOcspResponseData(encodeResponseData({ ...asked, ...change })), asked).map(
        ({ field }) => field,
      );
    const [good, lost] = [Buffer.from(GOOD).toString('hex'), Buffer.from(LOST).toString('hex')];
    assert.deepEqual(differ({}), []);
    assert.deepEqual(differ({ responder: keyOf('ecdsa-p256').spki }), ['responderID']);
    assert.deepEqual(differ({ producedAt: LATER }), ['producedAt']);
    assert.deepEqual(differ({ thisUpdate: LATER }), [`thisUpdate of ${good}`, `thisUpdate of ${lost}`]);
    assert.deepEqual(differ({ nextUpdate: NOT_BEFORE }), [`nextUpdate of ${good}`, `nextUpdate of ${lost}`]);
    assert.deepEqual(differ({ answers: ANSWERS.slice(0, 1) }), ['number of answers']);
    const revoked = { at: NOT_BEFORE, reason: undefined };
    assert.deepEqual(differ({ answers: [ANSWERS[0]!, { serial: LOST, revoked: undefined }] }), [`status of ${lost}`]);
    assert.deepEqual(differ({ answers: [ANSWERS[0]!, { serial: LOST, revoked }] }), [`status of ${lost}`]);
    assert.deepEqual(differ({ answers: [...ANSWERS].reverse() }), [
      ...['serialNumber', `status of ${good}`, 'serialNumber', `status of ${lost}`],
    ]);
    const other = parseCertificate(rootOf('ed25519').der);
    assert.deepEqual(differ({ issuer: { name: other.subject.der, spki: other.spki.der } }), [
      ...[`issuerKeyHash of ${good}`, `issuerKeyHash of ${lost}`],
    ]);
  });

  it('is not made where it cannot be true', () => {
    const asked = answersOf(rootOf('ecdsa-p384').der, 'ecdsa-p384');
    const refused = (change: Partial<OcspAnswers>, message: RegExp) =>
      assert.throws(() => buildResponseData({ ...asked, ...change }), { code: 'PROFILE_INVALID', message });
    refused({ answers: [] }, /: it answers for no certificate$/);
    refused({ answers: [ANSWERS[0]!, ANSWERS[0]!] }, /: it answers twice for the serial number 0111+$/);
    refused({ nextUpdate: NOT_BEFORE }, /: nextUpdate \S+ is not after thisUpdate \S+$/);
    refused({ producedAt: '2020-01-01T00:00:00Z' }, /: thisUpdate \S+ is after it is signed, 2020-01-01T00:00:00Z$/);
    refused(
      { answers: [{ serial: LOST, revoked: { at: LATER, reason: undefined } }] },
      /: the serial number 0122+ is revoked at \S+, after thisUpdate \S+$/,
    );
  });

  it('is shown to people before it is signed', () => {
    const data = buildResponseData(answersOf(rootOf('ecdsa-p384').der, 'ecdsa-p384'));
    const lines = [...renderDocument(data)];
    assert.equal(lines[0], 'OCSP response to be signed');
    const text = lines.join('\n');
    for (const line of [/STATUS +GOOD/, /STATUS +REVOKED/, /reason +cACompromise/, /Answers +2/, /Extensions +none/])
      assert.match(text, line);
    assert.doesNotMatch(text, /Signed with/);
    assert.match(
      [...renderDocument(respond(answersOf(rootOf('ecdsa-p384').der, 'ecdsa-p384'), 'ecdsa-p384'))].join('\n'),
      /^OCSP response\n.*Signed with.*Certificates with it +none/s,
    );
  });
});
