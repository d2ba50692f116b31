import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { TAG } from '../../src/der/tags.ts';
import { element, printableString, sequence } from '../../src/der/writer.ts';
import { buildTbsCertificate } from '../../src/issue/certificate.ts';
import { compareCertificate } from '../../src/pki/compare.ts';
import { lint } from '../../src/pki/lint.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CertificateRequest } from '../../src/pki/request.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { authorityKeyIdentifier } from '../../src/x509/extensions.ts';
import { rdn } from '../pki/broken.ts';
import { profileOf, rootProfile, SCRIPTED } from '../pki/fixtures.ts';
import { ask, put } from './judges.ts';
import { CA_ALGORITHMS, type CaAlgorithm, issueRoot, keyOf, packsFor, rootRequest, SERIAL } from './software-ca.ts';

const holes = { spki: keyOf('ecdsa-p384').spki, serial: SERIAL };
const libraryFiles = () =>
  Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@peculiar/x509'));

describe('the library', () => {
  it('is loaded when something is issued, not before', async () => {
    assert.deepEqual(libraryFiles(), []);
    await buildTbsCertificate(rootRequest('ecdsa-p384'), holes);
    assert.notDeepEqual(libraryFiles(), []);
  });
});

/** Accepted as a trust anchor by both judges, and by our own reader, comparison and rules. */
async function judge(name: string, request: CertificateRequest): Promise<string> {
  const der = await issueRoot(request);
  const pem = put(`${name}.pem`, pemOf('CERTIFICATE', der));
  const verified = ask('openssl', 'verify', '-x509_strict', '-check_ss_sig', '-CAfile', pem, pem);
  assert.deepEqual(verified, { status: 0, text: `${pem}: OK\n` });
  const chain = ask('certtool', '--verify-chain', '--infile', pem);
  assert.match(chain.text, /Chain verification output: Verified\. The certificate is trusted\./);
  assert.equal(chain.status, 0);
  assert.equal(ask('openssl', 'asn1parse', '-in', pem, '-strparse', '4').status, 0);
  const spki = keyOf(request.keyAlgorithm as 'ecdsa-p384').spki;
  assert.deepEqual(compareCertificate(parseCertificate(der), request, { spki, serial: SERIAL }), []);
  const { problems } = lint({ certificate: der }, packsFor(request.keyAlgorithm as CaAlgorithm), {
    kind: 'root-ca',
    plannedAt: request.notBefore,
  });
  assert.deepEqual(problems, []);
  return pem;
}

describe('a root certificate', () => {
  for (const algorithm of CA_ALGORITHMS) {
    it(`under ${algorithm} is accepted by openssl, certtool, reader, comparison and rules`, async () => {
      const pem = await judge(algorithm, rootRequest(algorithm));
      const { text } = ask('openssl', 'x509', '-in', pem, '-noout', '-text');
      assert.match(text, /Version: 3 \(0x2\)/);
      assert.match(text, /Serial Number:\n\s+01:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7:e7\n/);
      assert.match(text, /Issuer: C = US, O = Example Org, CN = Example Root CA G1\n/);
      assert.match(text, /X509v3 Basic Constraints: critical\n\s+CA:TRUE\n/);
      assert.match(text, /X509v3 Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/);
      const keyIds =
        /Subject Key Identifier: \n\s+([0-9A-F:]{59})\n\s+X509v3 Authority Key Identifier: \n\s+(?:keyid:)?([0-9A-F:]{59})\n\s+Signature/.exec(
          text,
        );
      assert.ok(keyIds, text);
      assert.equal(keyIds[1], keyIds[2]);
      assert.match(ask('certtool', '-i', '--infile', pem).text, /Certificate Authority \(CA\): TRUE/);
    });
  }

  it('may have names of any script with 64 characters, however many octets they take', async () => {
    const names = { C: 'JP', O: '例'.repeat(64), CN: `${'𝔘'.repeat(63)}ß` };
    const pem = await judge('names', rootRequest('ecdsa-p384', { subject: subjectOf(names) }));
    const { text } = ask('openssl', 'x509', '-in', pem, '-noout', '-subject', '-nameopt', 'utf8,sep_comma_plus');
    assert.equal(text, `subject=C=JP,O=${'例'.repeat(64)},CN=${'𝔘'.repeat(63)}ß\n`);
  });

  it('ends in GeneralizedTime from 2050 on', async () => {
    const notAfter = '2050-12-31T23:59:59Z';
    const der = await issueRoot(rootRequest('ecdsa-p256', { notBefore: '2027-01-01T00:00:00Z', notAfter }));
    const { text } = ask('openssl', 'asn1parse', '-inform', 'DER', '-in', put('late.der', der));
    assert.match(text, /UTCTIME\s+:270101000000Z\n.*GENERALIZEDTIME\s+:20501231235959Z/);
    await judge('late', rootRequest('ecdsa-p256', { notAfter: '2050-01-01T00:00:00Z' }));
  });

  it('begins and ends in UTCTime up to the last second of 2049', async () => {
    const tbs = await buildTbsCertificate(rootRequest('ecdsa-p384', { notAfter: '2049-12-31T23:59:59Z' }), holes);
    assert.deepEqual(parseTbsCertificate(tbs).notAfter, { at: '2049-12-31T23:59:59Z', form: 'utc' });
  });

  it('keeps the length of its serial number whatever the random octets', async () => {
    for (const octet of [0x00, 0x80, 0xff]) {
      const serial = Uint8Array.of(1, ...new Uint8Array(16).fill(octet));
      const tbs = await buildTbsCertificate(rootRequest('ecdsa-p384'), { ...holes, serial });
      assert.equal(parseTbsCertificate(tbs).serial.hex, Buffer.from(serial).toString('hex'));
    }
  });

  it('has every field that a profile can set, as openssl reads them', async () => {
    const profile = rootProfile({
      'path-length': 0,
      'key-usage': ['digitalSignature', 'keyCertSign', 'cRLSign'],
      'extended-key-usage': ['serverAuth', '1.3.6.1.4.1.99999.1'],
      policies: ['2.23.140.1.2.1', '1.3.6.1.4.1.99999.2'],
      'ca-issuers': 'http://pki.example.com/root.crt',
      crl: 'http://pki.example.com/root.crl',
    });
    const request = rootRequest('ecdsa-p384', { profile });
    const pem = put('all.pem', pemOf('CERTIFICATE', await issueRoot(request)));
    const { text } = ask('openssl', 'x509', '-in', pem, '-noout', '-text');
    assert.match(text, /Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n/);
    assert.match(text, /Key Usage: critical\n\s+Digital Signature, Certificate Sign, CRL Sign\n/);
    assert.match(text, /Extended Key Usage: \n\s+TLS Web Server Authentication, 1\.3\.6\.1\.4\.1\.99999\.1\n/);
    assert.match(
      text,
      /Certificate Policies: \n\s+Policy: 2\.23\.140\.1\.2\.1\n\s+Policy: 1\.3\.6\.1\.4\.1\.99999\.2\n/,
    );
    assert.match(text, /CRL Distribution Points: \n\s+Full Name:\n\s+URI:http:\/\/pki\.example\.com\/root\.crl\n/);
    assert.match(text, /Authority Information Access: \n\s+CA Issuers - URI:http:\/\/pki\.example\.com\/root\.crt\n/);
  });

  it('repeats the name of another issuer byte for byte, in the string types it has', async () => {
    const name = sequence(
      rdn(OID.countryName, printableString('US')),
      rdn(OID.organizationName, printableString('Old Org')),
      rdn(OID.commonName, element(TAG.bmpString, Uint8Array.of(0, 0x41, 0x01, 0x53))),
    );
    const issuer = { name, keyIdentifier: Uint8Array.of(1, 2, 3) };
    const profile = profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']);
    const tbs = parseTbsCertificate(await buildTbsCertificate(rootRequest('ecdsa-p384', { issuer, profile }), holes));
    assert.deepEqual(Buffer.from(tbs.issuer.der), Buffer.from(name));
    assert.deepEqual(authorityKeyIdentifier(tbs.extensions)?.keyIdentifier, issuer.keyIdentifier);
  });
});

describe('buildTbsCertificate', () => {
  it('never returns what the library made of something else', async () => {
    // An issuer's name of indefinite length: the library reads it, and would write it anew.
    const issuer = { name: Uint8Array.of(0x30, 0x80, 0x00, 0x00), keyIdentifier: new Uint8Array(20) };
    const profile = profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']);
    await assert.rejects(buildTbsCertificate(rootRequest('ecdsa-p384', { issuer, profile }), holes), {
      name: 'Error',
      message: /^the two encoders disagree: the library made 30[0-9a-f]+, expected 30[0-9a-f]+$/,
    });
  });
  it('refuses what cannot be issued, with all reasons', async () => {
    const request = rootRequest('ecdsa-p384', {
      subject: subjectOf({ C: 'U$', CN: '' }),
      notAfter: '1949-01-01T00:00:00Z',
    });
    await assert.rejects(buildTbsCertificate(request, holes), {
      code: 'PROFILE_INVALID',
      message:
        'the certificate cannot be made: C "U$" holds a character that PrintableString does not have; CN is empty; notAfter "1949-01-01T00:00:00Z" is before 1950',
    });
  });
  it('refuses a key of another algorithm', async () => {
    await assert.rejects(buildTbsCertificate(rootRequest('ecdsa-p256'), holes), {
      code: 'HSM_KEY_INVALID',
      message: 'the public key has the algorithm 301006072a8648ce3d020106052b81040022, expected ECDSA P-256',
    });
  });
  it('takes no serial number but its own kind', async () => {
    for (const serial of [new Uint8Array(17), Uint8Array.of(1, 2), new Uint8Array()]) {
      await assert.rejects(buildTbsCertificate(rootRequest('ecdsa-p384'), { ...holes, serial }), {
        name: 'RangeError',
        message: `the serial number ${Buffer.from(serial).toString('hex')} is not 01 and 16 random octets`,
      });
    }
  });
});
