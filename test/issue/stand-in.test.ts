import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { standIn } from '../../src/issue/stand-in.ts';
import { compareCertificate } from '../../src/pki/compare.ts';
import { lint } from '../../src/pki/lint.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { profileOf, rootProfile, SCRIPTED } from '../pki/fixtures.ts';
import { CA_ALGORITHMS, issueRoot, issueUnder, packsFor, rootRequest, subordinateRequest } from './software-ca.ts';

const PACKS = ['rfc5280', 'cabf-tls'];

describe('standIn', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`makes a certificate of ${algorithm} that differs from the one to come in its holes alone`, async () => {
      const request = rootRequest(algorithm);
      const { certificate, holes } = await standIn(request);
      const read = parseCertificate(certificate);
      assert.deepEqual(compareCertificate(read, request, holes), []);
      const { problems } = lint({ certificate }, packsFor(algorithm), {
        kind: 'root-ca',
        plannedAt: request.notBefore,
      });
      assert.deepEqual(problems, []);
      assert.equal(read.signature.length > 60, true);
      const x509 = new X509Certificate(certificate);
      assert.equal(x509.verify(x509.publicKey), !algorithm.startsWith('rsa'));
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

  for (const [algorithm, issuerAlgorithm] of [
    ['ecdsa-p256', 'ecdsa-p384'],
    ['ecdsa-p384', 'rsa-4096'],
    ['rsa-4096', 'ecdsa-p256'],
    ['ecdsa-p521', 'ed25519'],
    ['ed25519', 'ecdsa-p521'],
  ] as const) {
    it(`stands in for ${algorithm} under an issuer of ${issuerAlgorithm}, whose key is not there`, async () => {
      const issuer = await issueRoot(rootRequest(issuerAlgorithm));
      const profile = profileOf('partner-ca', SCRIPTED['partner-ca']);
      const request = subordinateRequest(issuer, profile, algorithm);
      const { certificate, holes } = await standIn(request);
      const read = parseCertificate(certificate);
      assert.deepEqual(compareCertificate(read, request, holes), []);
      assert.deepEqual(Buffer.from(read.issuer.der), Buffer.from(parseCertificate(issuer).subject.der));
      // As long as the signature to come, within what the integers of ECDSA leave open.
      const real = parseCertificate(await issueUnder(request, issuerAlgorithm)).signature.length;
      assert.ok(Math.abs(read.signature.length - real) <= 6, `${read.signature.length} for ${real} octets`);
      const [first, second] = [new X509Certificate(certificate), new X509Certificate(issuer)];
      assert.equal(first.checkIssued(second), true);
      assert.equal(first.verify(second.publicKey), false);
    });
  }

  it('stands in for every key that a responder may have, and for no small key of a CA', async () => {
    const issuer = await issueRoot(rootRequest('ecdsa-p384'));
    for (const keyAlgorithm of ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256'] as const) {
      const request = subordinateRequest(issuer, profileOf('ocsp-responder'), 'ecdsa-p256', { keyAlgorithm });
      const { certificate, holes } = await standIn(request);
      assert.deepEqual(compareCertificate(parseCertificate(certificate), request, holes), []);
      const bits = new X509Certificate(certificate).publicKey.asymmetricKeyDetails?.modulusLength;
      assert.equal(bits, keyAlgorithm.startsWith('rsa') ? Number(keyAlgorithm.slice(4)) : undefined);
    }
    await assert.rejects(standIn(rootRequest('rsa-4096', { keyAlgorithm: 'rsa-2048' })), {
      code: 'PROFILE_INVALID',
      message: 'the certificate cannot be made: the key algorithm RSA 2048 is not one for a CA key',
    });
  });
});
