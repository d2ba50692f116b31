import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { buildRequestInfo } from '../../src/issue/request.ts';
import { KEY_ALGORITHMS, SIGNATURES } from '../../src/pki/algorithms.ts';
import { compareRequest } from '../../src/pki/compare.ts';
import { encodeSigned, signatureIdentifier } from '../../src/pki/encode.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { encodeRequestInfo, fieldsLeftOut, type OwnRequest } from '../../src/pki/own-request.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { parseCertificationRequest, parseCertificationRequestInfo } from '../../src/x509/certification-request.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { rootProfile } from '../pki/fixtures.ts';
import { ask, put } from './judges.ts';
import { CA_ALGORITHMS, type CaAlgorithm, keyOf } from './software-ca.ts';

function requestFor(keyAlgorithm: CaAlgorithm, change: Partial<OwnRequest> = {}): OwnRequest {
  const subject = subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Partner CA' });
  return { subject, profile: rootProfile(), keyAlgorithm, ...change };
}

async function signed(request: OwnRequest, algorithm: CaAlgorithm): Promise<Uint8Array> {
  const { spki, privateKey } = keyOf(algorithm);
  const tbs = await buildRequestInfo(request, spki);
  const name = KEY_ALGORITHMS[algorithm].signature;
  return encodeSigned(tbs, signatureIdentifier(name), sign(SIGNATURES[name].hash, tbs, privateKey));
}

describe('a request for a key of ours', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`of ${algorithm} is accepted by openssl, reader and comparison`, async () => {
      const request = requestFor(algorithm);
      const der = await signed(request, algorithm);
      const pem = put(`${algorithm}.csr.pem`, pemOf('CERTIFICATE REQUEST', der));
      const { status, text } = ask('openssl', 'req', '-in', pem, '-verify', '-noout', '-text');
      assert.equal(status, 0, text);
      assert.match(text, /verify OK/);
      assert.match(text, /Basic Constraints: critical\n\s+CA:TRUE\n/);
      assert.match(text, /Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/);
      assert.match(text, /Subject Key Identifier/);
      assert.doesNotMatch(text, /Authority Key Identifier|CRL Distribution|Authority Information/);
      const { spki } = keyOf(algorithm);
      const read = parseCertificationRequest(der);
      assert.deepEqual(compareRequest(read, request, spki), []);
      assert.deepEqual(parseCertificationRequestInfo(read.tbs).subject.der, encodeName(request.subject));
    });
  }

  it('without a profile asks for nothing', async () => {
    const request = requestFor('ecdsa-p384', { profile: undefined });
    const read = parseCertificationRequest(await signed(request, 'ecdsa-p384'));
    assert.deepEqual([read.attributes, read.extensions], [[], []]);
    assert.deepEqual(compareRequest(read, request, keyOf('ecdsa-p384').spki), []);
  });

  it('says what differs from what was to be asked', () => {
    const asked = requestFor('ecdsa-p256');
    const differ = (change: Partial<OwnRequest>, spki = keyOf('ecdsa-p256').spki) => {
      const other = encodeRequestInfo(requestFor('ecdsa-p256', change), spki);
      const read = parseCertificationRequestInfo(other);
      return compareRequest(read, asked, keyOf('ecdsa-p256').spki).map(({ field }) => field);
    };
    assert.deepEqual(differ({}), []);
    assert.deepEqual(differ({ subject: subjectOf({ CN: 'Another CA' }) }), ['subject']);
    assert.deepEqual(differ({ profile: undefined }), ['attributes', 'extensionRequest: identifiers in order']);
    const profile = rootProfile();
    const pathLength = { ...profile, fields: { ...profile.fields, 'path-length': 1 } };
    assert.deepEqual(differ({ profile: pathLength }), ['extensionRequest: basicConstraints']);
    assert.deepEqual(differ({}, keyOf('ecdsa-p384').spki), [
      'subjectPublicKeyInfo',
      'extensionRequest: subjectKeyIdentifier',
    ]);
  });

  it('leaves to the one that signs what is of its own', () => {
    const profile = rootProfile();
    const fields = { ...profile.fields, crl: 'http://pki.example.com/x.crl', policies: ['2.23.140.1.2.1'] };
    assert.deepEqual(fieldsLeftOut({ ...profile, fields }), ['crl', 'policies']);
  });

  it('is not made for a key of another algorithm, or without a name', async () => {
    await assert.rejects(buildRequestInfo(requestFor('ecdsa-p256'), keyOf('ecdsa-p384').spki), {
      code: 'HSM_KEY_INVALID',
      message: /^the public key has the algorithm [0-9a-f]+, expected /,
    });
    await assert.rejects(buildRequestInfo(requestFor('ecdsa-p256', { subject: [] }), keyOf('ecdsa-p256').spki), {
      code: 'PROFILE_INVALID',
      message: /^the request cannot be made: /,
    });
  });

  it('is shown to people before it is signed', async () => {
    const lines = [...renderDocument(await buildRequestInfo(requestFor('ecdsa-p384'), keyOf('ecdsa-p384').spki))];
    assert.equal(lines[0], 'Certificate request to be signed');
    assert.ok(lines.some((line) => line.includes('Example Partner CA')));
    assert.ok(!lines.some((line) => line.includes('Signed with')));
  });
});
