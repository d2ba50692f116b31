import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { contextConstructed } from '../../src/der/tags.ts';
import { element, integer, oid, sequence, set, utf8String } from '../../src/der/writer.ts';
import { holdPayloadToKind } from '../../src/guard/payload.ts';
import { buildTbsCertList } from '../../src/issue/crl.ts';
import { encodeTbsCertificate } from '../../src/pki/encode.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { encodeRequestInfo } from '../../src/pki/own-request.ts';
import { copyStatement, type Operation, possessionStatement, type SignedKind } from '../../src/quorum/operation.ts';
import { crlRequest, issueRoot, keyOf, rootRequest, SERIAL } from '../issue/software-ca.ts';
import { rootProfile } from '../pki/fixtures.ts';

const OWN = keyOf('ecdsa-p384').spki;
const OTHER = keyOf('ecdsa-p256').spki;
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

const hold = (kind: SignedKind, payload: Uint8Array, mechanism?: string) =>
  holdPayloadToKind(operation(kind, payload, mechanism), payload, DRAWN);

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
    const crl = buildTbsCertList(crlRequest(await issueRoot(rootRequest('ecdsa-p384')), 'ecdsa-p384'));
    const payloads: Readonly<Record<SignedKind, Uint8Array>> = { certificate: tbs, crl, request: request(OWN) };
    for (const kind of ['certificate', 'crl', 'request'] as const) {
      for (const is of ['certificate', 'crl', 'request'] as const) {
        if (kind === is) hold(kind, payloads[is]);
        else assert.throws(() => hold(kind, payloads[is]), { code: 'DER_INVALID' }, `a ${is} as ${kind}`);
      }
      const digest = sha256(OWN);
      for (const statement of [possessionStatement(digest, digest), copyStatement(digest, digest, '1')])
        assert.throws(() => hold(kind, statement), { code: 'DER_INVALID' });
      assert.throws(() => hold(kind, Uint8Array.of(...payloads[kind], 0)), { code: 'DER_INVALID' });
    }
  });
});
