import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { OID } from '../../src/der/oid.ts';
import { childrenOf, derOf, readDer } from '../../src/der/reader.ts';
import { contextConstructed } from '../../src/der/tags.ts';
import { element, explicit, integer, octetString, oid, sequence, set, utf8String } from '../../src/der/writer.ts';
import { SignedCrls } from '../../src/guard/ocsp-payload.ts';
import { holdPayloadToKind, type Known } from '../../src/guard/payload.ts';
import { buildTbsCertList } from '../../src/issue/crl.ts';
import { encodeTbsCertificate } from '../../src/pki/encode.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { encodeResponseData, type OcspAnswers } from '../../src/pki/ocsp-response.ts';
import { encodeRequestInfo } from '../../src/pki/own-request.ts';
import type { CrlRequest } from '../../src/pki/request.ts';
import {
  copyStatement,
  type Operation,
  possessionStatement,
  SIGNED_KINDS,
  type SignedKind,
} from '../../src/quorum/operation.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import { crlRequest, issueRoot, keyOf, NOT_BEFORE, rootRequest, SERIAL } from '../issue/software-ca.ts';
import { rootProfile } from '../pki/fixtures.ts';

const OWN = keyOf('ecdsa-p384').spki;
const OTHER = keyOf('ecdsa-p256').spki;
/** By the guard's clock, an hour after what it is asked to sign. */
const NOW = NOT_BEFORE.replace(/T../, 'T23');
const SUBJECT = subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Partner CA' });
const DRAWN = new Set([Buffer.from(SERIAL).toString('hex').slice(2)]);

const request = (spki: Uint8Array) =>
  encodeRequestInfo({ subject: SUBJECT, profile: rootProfile(), keyAlgorithm: 'ecdsa-p384' }, spki);

function operation(kind: SignedKind, payload: Uint8Array, mechanism = 'ecdsa-sha384') {
  const about = { op: 'sign', step: 's', index: 0, hold: null, hsm: { name: 'h', serial: '1', model: 'm' } } as const;
  const of = { sha256: sha256(payload), size: payload.length };
  const signs = { ...about, key: sha256(OWN), mechanism, kind, payload: of, out: 'x' } as const;
  return signs satisfies Operation as Extract<Operation, { op: 'sign' }>;
}

const known = (crls = new SignedCrls()): Known => ({
  drawn: DRAWN,
  crls,
  ledger: null,
  spkiOf: () => OWN,
  now: () => NOW,
});

const hold = (kind: SignedKind, payload: Uint8Array, mechanism?: string, crls?: SignedCrls) =>
  holdPayloadToKind(operation(kind, payload, mechanism), payload, known(crls));

describe('what the guard has signed as a request', () => {
  it('is a request for the key that signs it', () => {
    hold('request', request(OWN));
  });

  it('is for no other key', () => {
    assert.throws(() => hold('request', request(OTHER)), {
      code: 'DESCRIPTOR_INVALID',
      message: `the request is for the key ${sha256(OTHER)}, and ${sha256(OWN)} would sign it`,
    });
  });

  it('is signed by the mechanism that its key goes with, since it names none', () => {
    for (const mechanism of ['ecdsa-sha256', 'rsa-pkcs1-sha384', 'ed25519'])
      assert.throws(() => hold('request', request(OWN), mechanism), {
        code: 'DESCRIPTOR_INVALID',
        message: `the key of the request does not go with the mechanism "${mechanism}"`,
      });
  });

  it('has no attribute whose values nobody is shown', () => {
    const challenge = sequence(oid(OID.challengePassword), set(utf8String('secret')));
    const info = sequence(integer(0), encodeName(SUBJECT), OWN, element(contextConstructed(0), challenge));
    assert.throws(() => hold('request', info), {
      code: 'DESCRIPTOR_INVALID',
      message: `the request has the attribute ${OID.challengePassword}, expected none but extensionRequest (${OID.extensionRequest})`,
    });
  });

  it('is nothing else, and nothing else is a request', async () => {
    const tbs = encodeTbsCertificate(rootRequest('ecdsa-p384'), { spki: OWN, serial: SERIAL });
    const crl = wholeOf(buildTbsCertList(crlRequest(await issueRoot(rootRequest('ecdsa-p384')), 'ecdsa-p384')));
    const crls = new SignedCrls();
    crls.remember(OWN, crl);
    const response = encodeResponseData(await answersAbout(OWN));
    const payloads = { certificate: tbs, crl, request: request(OWN), 'ocsp-response': response };
    for (const kind of SIGNED_KINDS) {
      for (const is of SIGNED_KINDS) {
        if (kind === is) hold(kind, payloads[is], undefined, crls);
        else
          assert.throws(() => hold(kind, payloads[is], undefined, crls), { code: 'DER_INVALID' }, `${is} as ${kind}`);
      }
      const digest = sha256(OWN);
      for (const statement of [possessionStatement(digest, digest), copyStatement(digest, digest, '1')])
        assert.throws(() => hold(kind, statement), { code: 'DER_INVALID' });
      assert.throws(() => hold(kind, Uint8Array.of(...payloads[kind], 0)), { code: 'DER_INVALID' });
    }
  });
});

const LOST = Uint8Array.of(1, 2, 3);
const REVOKED = { serial: LOST, at: NOT_BEFORE, reason: 'cACompromise' } as const;

/** By a root with the key that signs, of one good certificate and no other. */
async function answersAbout(responder: Uint8Array, change: Partial<OcspAnswers> = {}): Promise<OcspAnswers> {
  const { subject, spki } = parseCertificate(await issueRoot(rootRequest('ecdsa-p384')));
  return {
    issuer: { name: subject.der, spki: spki.der },
    responder,
    ...{ producedAt: NOT_BEFORE, thisUpdate: NOT_BEFORE, nextUpdate: '2099-01-01T00:00:00Z' },
    answers: [{ serial: SERIAL, revoked: undefined }],
    signatureAlgorithm: 'ecdsa-sha384',
    ...change,
  };
}

describe('what the guard has signed as a CRL', () => {
  it('begins by its own clock at the latest', async () => {
    const at = (thisUpdate: string) =>
      issueRoot(rootRequest('ecdsa-p384')).then((root) =>
        wholeOf(buildTbsCertList(crlRequest(root, 'ecdsa-p384', { thisUpdate }))),
      );
    hold('crl', await at(NOW));
    const later = new Date(Date.parse(NOW) + 1000).toISOString().replace('.000', '');
    const payload = await at(later);
    assert.throws(() => hold('crl', payload), {
      code: 'DESCRIPTOR_INVALID',
      message: `the CRL begins at ${later}, and it is ${NOW}`,
    });
  });
});

async function crlOf(change: Partial<CrlRequest> = {}): Promise<SignedCrls> {
  const crls = new SignedCrls();
  const root = await issueRoot(rootRequest('ecdsa-p384'));
  crls.remember(OWN, wholeOf(buildTbsCertList(crlRequest(root, 'ecdsa-p384', { revoked: [REVOKED], ...change }))));
  return crls;
}

describe('what the guard has signed as an OCSP response', () => {
  const refused = async (change: Partial<OcspAnswers>, message: RegExp, crls?: SignedCrls, mechanism?: string) => {
    const payload = encodeResponseData(await answersAbout(OWN, change));
    const known = crls ?? (await crlOf());
    assert.throws(() => hold('ocsp-response', payload, mechanism, known), { code: 'DESCRIPTOR_INVALID', message });
  };

  it('is not produced after the moment in which it is signed', async () => {
    const later = { producedAt: '2098-01-01T00:00:00Z', thisUpdate: NOT_BEFORE };
    await refused(later, new RegExp(`^the response is produced at 2098-01-01T00:00:00Z, and it is ${NOW}$`));
    const now = { producedAt: NOW, thisUpdate: NOT_BEFORE };
    hold('ocsp-response', encodeResponseData(await answersAbout(OWN, now)), undefined, await crlOf());
  });

  it('says what the CRL of this ceremony says', async () => {
    const answers = [
      { serial: SERIAL, revoked: undefined },
      { serial: LOST, revoked: REVOKED },
    ];
    const payload = encodeResponseData(await answersAbout(OWN, { answers }));
    hold('ocsp-response', payload, undefined, await crlOf());
    const hex = Buffer.from(LOST).toString('hex');
    await refused(
      { answers: [{ serial: LOST, revoked: undefined }] },
      new RegExp(
        `serial number ${hex} that it is good; by the CRL of this ceremony it is revoked at \\S+ for cACompromise$`,
      ),
    );
    await refused(
      { answers: [{ serial: SERIAL, revoked: REVOKED }] },
      /it is revoked at .*; by the CRL .* it is good$/,
    );
    const other = { ...REVOKED, reason: 'superseded' as const };
    await refused({ answers: [{ serial: LOST, revoked: other }] }, /for superseded; by the CRL .* for cACompromise$/);
    const later = { ...REVOKED, at: '2030-01-01T00:00:00Z' };
    await refused({ answers: [{ serial: LOST, revoked: later }] }, /at 2030-01-01T00:00:00Z for cACompromise; by/);
    const none = { ...REVOKED, reason: undefined };
    await refused({ answers: [{ serial: LOST, revoked: none }] }, /for no stated reason; by/);
  });

  it('is about the certificates of one CA whose CRL was signed before', async () => {
    await refused({}, /of which no CRL was signed in this ceremony$/, new SignedCrls());
    const { subject } = parseCertificate(await issueRoot(rootRequest('ecdsa-p256')));
    const both = { name: subject.der, spki: OTHER };
    await refused({ issuer: both }, /of which no CRL was signed in this ceremony$/);
    const others = await crlOf();
    others.remember(
      OTHER,
      wholeOf(buildTbsCertList(crlRequest(await issueRoot(rootRequest('ecdsa-p256')), 'ecdsa-p256'))),
    );
    const first = parseOcspResponseData(encodeResponseData(await answersAbout(OWN)));
    const second = parseOcspResponseData(encodeResponseData(await answersAbout(OWN, { issuer: both })));
    assert.throws(() => others.of([...first.responses, ...second.responses], { certificates: null, ledger: null }), {
      code: 'DESCRIPTOR_INVALID',
      message: 'the response answers for certificates of several CAs',
    });
  });

  it('names the key that signs it, and the mechanism that this key goes with', async () => {
    await refused({ responder: OTHER }, /names another responder than the key that would sign it$/);
    await refused(
      {},
      /key of the OCSP response does not go with the mechanism "ecdsa-sha256"$/,
      undefined,
      'ecdsa-sha256',
    );
  });

  it('has times that its CRL bears out, and each certificate once', async () => {
    const old = '2020-01-01T00:00:00Z';
    await refused({ thisUpdate: old }, /thisUpdate 2020-01-01T00:00:00Z of the response is before that of the CRL, /);
    await refused({ thisUpdate: '2098-01-01T00:00:00Z' }, /is after it is produced, /);
    await refused({ nextUpdate: NOT_BEFORE }, /nextUpdate of the response is \S+, expected a time after /);
    const answer = { serial: SERIAL, revoked: undefined };
    await refused({ answers: [answer, answer] }, /answers twice for the serial number /);
  });

  it('has no extension, and names certificates by SHA-1', async () => {
    const plain = Buffer.from(encodeResponseData(await answersAbout(OWN)));
    const inside = childrenOf(readDer(plain, 'data'), 'data').map(derOf);
    const nonce = explicit(1, sequence(sequence(oid(OID.ocspNonce), octetString(Uint8Array.of(4, 0)))));
    const known = await crlOf();
    assert.throws(() => hold('ocsp-response', sequence(...inside, nonce), undefined, known), {
      code: 'DESCRIPTOR_INVALID',
      message: 'the response has an extension, expected none',
    });
    const sha1 = Buffer.from(oid(OID.sha1));
    const at = plain.indexOf(sha1);
    const renamed = Buffer.concat([
      plain.subarray(0, at),
      Buffer.from('06052b0e03021b', 'hex'),
      plain.subarray(at + 7),
    ]);
    assert.throws(() => hold('ocsp-response', renamed, undefined, known), {
      code: 'DESCRIPTOR_INVALID',
      message: /^the response names a certificate by the hash 1\.3\.14\.3\.2\.27, expected SHA-1/,
    });
  });
});
