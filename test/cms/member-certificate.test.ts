import assert from 'node:assert/strict';
import { createPublicKey, sign, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import {
  assembleCertificate,
  type MemberCertificateRequest,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import { nullValue, oid, sequence } from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { basicConstraints, keyUsage, subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { deriveKeyIdentifier, parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { assertRefuses } from '../der/refusal.ts';
import { get, type KeyKind, makeKey, openssl, put } from '../x509/openssl.ts';

function spkiOf(name: string): Buffer {
  return createPublicKey(get(`${name}.key`).toString()).export({ type: 'spki', format: 'der' });
}

function requestFor(name: string, purpose: 'sign' | 'open'): MemberCertificateRequest {
  return {
    commonName: name,
    serial: Buffer.from('80aa55', 'hex'),
    notBefore: '2027-01-01T00:00:00Z',
    notAfter: '2057-01-01T00:00:00Z',
    spki: spkiOf(name),
    purpose,
  };
}

const CASES: readonly (readonly [kind: KeyKind, purpose: 'sign' | 'open', usage: string])[] = [
  ['P-256', 'sign', 'digitalSignature'],
  ['P-384', 'sign', 'digitalSignature'],
  ['RSA', 'sign', 'digitalSignature'],
  ['P-256', 'open', 'keyAgreement'],
  ['P-384', 'open', 'keyAgreement'],
  ['RSA', 'open', 'keyEncipherment'],
];

for (const [kind, purpose, usage] of CASES) {
  test(`${kind} to ${purpose}: openssl and node:crypto read and verify it`, () => {
    const name = `officer-${kind.toLowerCase()}-${purpose}`;
    makeKey(name, kind);
    const request = requestFor(name, purpose);
    const tbs = memberCertificateTbs(request);
    const algorithm = memberCertificateAlgorithm(request.spki);
    const signature = sign(kind === 'P-384' ? 'sha384' : 'sha256', tbs, get(`${name}.key`).toString());
    const der = assembleCertificate(tbs, algorithm, signature);

    const certificate = parseCertificate(der);
    assert.ok(
      verifySignature(certificate.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature),
    );
    assert.deepEqual(certificate.issuer.der, certificate.subject.der);
    assert.equal(certificate.serial.hex, '0080aa55');
    assert.deepEqual([certificate.notBefore.form, certificate.notAfter.form], ['utc', 'generalized']);
    assert.deepEqual(
      certificate.extensions.map((extension) => [extension.oid, extension.critical]),
      [
        [OID.basicConstraints, true],
        [OID.keyUsage, true],
        [OID.subjectKeyIdentifier, false],
      ],
    );
    assert.equal(hexOf(certificate.extensions[0]?.value ?? tbs), '3000');
    assert.deepEqual(basicConstraints(certificate.extensions), { ca: false, pathLength: undefined });
    assert.deepEqual(keyUsage(certificate.extensions)?.names, [usage]);
    const expected = deriveKeyIdentifier(parseSpki(request.spki));
    assert.deepEqual(Buffer.from(subjectKeyIdentifier(certificate.extensions) ?? []), Buffer.from(expected));
    readMemberKey(der, purpose);

    const judge = new X509Certificate(der);
    assert.ok(judge.verify(judge.publicKey) && !judge.ca);
    put('member.der', der);
    openssl('x509', '-inform', 'DER', '-in', 'member.der', '-out', 'member.pem');
    assert.match(
      openssl(
        'verify',
        '-x509_strict',
        '-check_ss_sig',
        '-no_check_time',
        '-partial_chain',
        '-trusted',
        'member.pem',
        'member.pem',
      ),
      /OK$/m,
    );
    const shown = openssl('x509', '-in', 'member.pem', '-noout', '-text');
    assert.match(shown, /X509v3 Basic Constraints: critical\n\s+CA:FALSE\n/);
    assert.match(shown, /X509v3 Key Usage: critical\n\s+(Digital Signature|Key Agreement|Key Encipherment)\n/);
    assert.match(shown, new RegExp(`Subject: CN = ${name}`));
    assert.doesNotMatch(shown, /Authority Key Identifier/);
  });
}

test('a key that cannot sign has its certificate signed by the signing key of its holder', () => {
  makeKey('holder-sign', 'P-384');
  makeKey('holder-open', 'RSA');
  const request = { ...requestFor('holder-open', 'open'), signedBy: spkiOf('holder-sign') };
  const tbs = memberCertificateTbs(request);
  const algorithm = memberCertificateAlgorithm(request.signedBy);
  const der = assembleCertificate(tbs, algorithm, sign('sha384', tbs, get('holder-sign.key').toString()));
  assert.ok(new X509Certificate(der).verify(createPublicKey(get('holder-sign.key').toString())));
  assert.equal(readMemberKey(der, 'open').suite.key, 'RSA');
  assertRefuses(
    () => readMemberKey(der, 'sign'),
    'DER_INVALID',
    'member\'s certificate with key usage "keyEncipherment", expected digitalSignature',
  );
});

test('what is not a member certificate is refused', () => {
  makeKey('wrong', 'P-256');
  makeKey('wrong-521', 'P-521');
  const good = requestFor('wrong', 'sign');
  const wrong: readonly (readonly [Partial<MemberCertificateRequest>, RegExp])[] = [
    [{ commonName: '' }, /^common name "" is not of 1 to 64 characters$/],
    [{ commonName: 'x'.repeat(65) }, /is not of 1 to 64 characters$/],
    [{ serial: Buffer.alloc(20, 0xff) }, /^serial number of 21 octets is not positive and at most 20 octets$/],
    [{ serial: Buffer.alloc(3) }, /is not positive and at most 20 octets$/],
    [{ notAfter: '2027-01-01T00:00:00Z' }, /^validity from 2027-01-01T00:00:00Z to 2027-01-01T00:00:00Z is empty$/],
    [{ notAfter: '2027-02-30T00:00:00Z' }, /^UTCTime "2027-02-30T00:00:00Z"$/],
  ];
  for (const [change, message] of wrong)
    assert.throws(() => memberCertificateTbs({ ...good, ...change }), { name: 'RangeError', message });
  memberCertificateTbs({ ...good, serial: Buffer.alloc(20, 0x7f) });
  memberCertificateTbs({ ...good, commonName: '😀'.repeat(64) });
  assertRefuses(
    () => memberCertificateTbs({ ...good, spki: spkiOf('wrong-521') }),
    'DER_INVALID',
    'key of type "EC P-521", expected P-256, P-384 or RSA of at least 2048 bits',
  );
  const tbs = memberCertificateTbs(good);
  assert.throws(() => assembleCertificate(tbs, sequence(oid(OID.ecdsaWithSHA384)), Buffer.of(1)), {
    name: 'RangeError',
    message: 'the to-be-signed bytes name another signature algorithm',
  });
  assertRefuses(
    () => assembleCertificate(nullValue(), memberCertificateAlgorithm(good.spki), Buffer.of(1)),
    'DER_INVALID',
    /^TBSCertificate, byte 0: expected SEQUENCE/,
  );
});
