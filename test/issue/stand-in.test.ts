import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { standIn } from '../../src/issue/stand-in.ts';
import { compareCertificate } from '../../src/pki/compare.ts';
import { lint } from '../../src/pki/lint.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { rootProfile } from '../pki/fixtures.ts';
import { CA_ALGORITHMS, rootRequest } from './software-ca.ts';

const PACKS = ['rfc5280', 'cabf-tls'];

describe('standIn', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`makes a certificate of ${algorithm} that differs from the one to come in its holes alone`, async () => {
      const request = rootRequest(algorithm);
      const { certificate, holes } = await standIn(request);
      const read = parseCertificate(certificate);
      assert.deepEqual(compareCertificate(read, request, holes), []);
      const { problems } = lint({ certificate }, PACKS, { kind: 'root-ca', plannedAt: request.notBefore });
      assert.deepEqual(problems, []);
      assert.equal(read.signature.length > 60, true);
      const x509 = new X509Certificate(certificate);
      assert.equal(x509.verify(x509.publicKey), algorithm !== 'rsa-4096');
    });
  }

  it('makes another EC key each time', async () => {
    const request = rootRequest('ecdsa-p384');
    const [first, second] = [await standIn(request), await standIn(request)];
    assert.notDeepEqual(first.holes.spki, second.holes.spki);
    assert.deepEqual(first.holes.serial, second.holes.serial);
  });

  it('shows what the rules say of a profile before there is a key', async () => {
    const request = rootRequest('ecdsa-p384', {
      profile: rootProfile({ 'path-length': 1, 'extended-key-usage': ['serverAuth'] }),
    });
    const { certificate } = await standIn(request);
    const { problems } = lint({ certificate }, PACKS, { kind: 'root-ca', plannedAt: request.notBefore });
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['cabf-tls/root-extended-key-usage-absent', 'cabf-tls/root-path-length-absent'],
    );
  });

  it('is for self-signed certificates, and for keys of CAs', async () => {
    const issuer = { name: Uint8Array.of(0x30, 0), keyIdentifier: new Uint8Array(20) };
    await assert.rejects(standIn(rootRequest('ecdsa-p384', { issuer })), {
      name: 'RangeError',
      message: 'a stand-in certificate is self-signed',
    });
    await assert.rejects(standIn(rootRequest('rsa-4096', { keyAlgorithm: 'rsa-3072' })), {
      name: 'RangeError',
      message: 'there is no stand-in for rsa-3072',
    });
  });
});
