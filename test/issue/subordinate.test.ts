import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { buildTbsCertificate } from '../../src/issue/certificate.ts';
import { compareCertificate } from '../../src/pki/compare.ts';
import { encodeTbsCertificate } from '../../src/pki/encode.ts';
import { formatIpNetwork } from '../../src/pki/ip-network.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { basicConstraints, subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { inhibitAnyPolicy, nameConstraints, policyConstraints } from '../../src/x509/policies.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { ask, put } from './judges.ts';
import { issueRoot, issueUnder, keyOf, rootRequest, SERIAL, subordinateRequest } from './software-ca.ts';

/** What openssl prints of each certificate, besides its key identifiers: extension by extension, on one line each. */
const PRINTED: { readonly [template: string]: readonly string[] } = {
  'tls-issuing-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Server Authentication',
    'X509v3 Certificate Policies: | Policy: 2.23.140.1.2.1 | Policy: 1.3.6.1.4.1.99999.1 | CPS: https://pki.example.com/cps',
    'X509v3 Name Constraints: critical | Permitted: | DNS:example.com | DirName:C = US, O = Example Org | Excluded: | IP:0.0.0.0/0.0.0.0 | IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
    'Authority Information Access: | OCSP - URI:http://ocsp.example.com/ | CA Issuers - URI:http://pki.example.com/root.crt',
  ],
  'private-service-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:1',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Server Authentication, TLS Web Client Authentication',
    'X509v3 Certificate Policies: | Policy: 1.3.6.1.4.1.99999.2 | CPS: http://pki.example.com/cps | User Notice: | Explicit Text: Für Dienste von Example.',
    'X509v3 Name Constraints: critical | Permitted: | DNS:svc.example.com | DNS:corp.example.net | IP:10.0.0.0/255.0.0.0 | IP:FD00:0:0:0:0:0:0:0/FF00:0:0:0:0:0:0:0',
    'X509v3 Policy Constraints: critical | Require Explicit Policy:0, Inhibit Policy Mapping:200',
    'X509v3 Inhibit Any Policy: critical | 0',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
  ],
  'device-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Client Authentication, 1.3.6.1.5.5.7.3.14',
    'X509v3 Certificate Policies: | Policy: 1.3.6.1.4.1.99999.3 | User Notice: | Explicit Text: Devices of Example Org',
    'X509v3 Inhibit Any Policy: critical | 128',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
  ],
  'client-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Client Authentication',
    'X509v3 Certificate Policies: | Policy: X509v3 Any Policy',
    'X509v3 Policy Constraints: critical | Require Explicit Policy:1',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
  ],
  'code-signing-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | Code Signing',
    'X509v3 Certificate Policies: | Policy: 2.23.140.1.4.1',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
    'Authority Information Access: | CA Issuers - URI:http://pki.example.com/root.crt',
  ],
  'timestamping-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | Time Stamping',
    'X509v3 Certificate Policies: | Policy: 2.23.140.1.4.2',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
    'Authority Information Access: | CA Issuers - URI:http://pki.example.com/root.crt',
  ],
  'smime-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Digital Signature, Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | E-mail Protection',
    'X509v3 Certificate Policies: | Policy: 2.23.140.1.5.1.1',
    'X509v3 Name Constraints: critical | Permitted: | email:example.com | email:.mail.example.com | email:ceo@example.org',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
  ],
  'spiffe-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Server Authentication, TLS Web Client Authentication',
    'X509v3 Name Constraints: critical | Permitted: | URI:prod.example.com',
  ],
  'partner-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Server Authentication, TLS Web Client Authentication, E-mail Protection',
    'X509v3 Certificate Policies: | Policy: 1.3.6.1.4.1.99999.4',
    'X509v3 Name Constraints: critical | Permitted: | DNS:partner.example | IP:192.0.2.0/255.255.255.0 | IP:2001:DB8:0:0:0:0:0:0/FFFF:FFFF:0:0:0:0:0:0 | email:partner.example | URI:.partner.example | DirName:C = DE, O = Partner | DirName:DC = example, DC = partner | Excluded: | DNS:secret.partner.example | IP:192.0.2.128/255.255.255.128 | email:root@partner.example',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
  ],
  'cross-ca': [
    'X509v3 Basic Constraints: critical | CA:TRUE',
    'X509v3 Key Usage: critical | Certificate Sign, CRL Sign',
    'X509v3 Extended Key Usage: | TLS Web Server Authentication',
    'X509v3 Certificate Policies: | Policy: 2.23.140.1.2.1',
    'X509v3 CRL Distribution Points: | Full Name: | URI:http://pki.example.com/root.crl',
    'Authority Information Access: | CA Issuers - URI:http://pki.example.com/root.crt',
  ],
  'ocsp-responder': [
    'X509v3 Basic Constraints: critical | CA:FALSE',
    'X509v3 Key Usage: critical | Digital Signature',
    'X509v3 Extended Key Usage: | OCSP Signing',
    'OCSP No Check:',
  ],
};

/** Extensions of a certificate as openssl prints them, each on one line, without the key identifiers. */
function printed(pem: string): readonly string[] {
  const { text } = ask('openssl', 'x509', '-in', pem, '-noout', '-text', '-nameopt', 'RFC2253,utf8');
  const [, extensions = ''] = /X509v3 extensions:\n((?:.*\n)*?) {4}Signature Algorithm/.exec(text) ?? [];
  return extensions
    .split(/\n(?= {12}\S)/)
    .map((one) =>
      one
        .trim()
        .split(/\s*\n\s*/)
        .join(' | '),
    )
    .filter((line) => !/Key Identifier/.test(line));
}

describe('a certificate under a root', () => {
  let root: Uint8Array;
  let rootPem: string;
  before(async () => {
    root = await issueRoot(rootRequest('ecdsa-p384'));
    rootPem = put('root.pem', pemOf('CERTIFICATE', root));
  });

  for (const [name, overrides] of Object.entries(SCRIPTED)) {
    it(`of ${name} is the same by both encoders, and openssl reads in it what was asked for`, async () => {
      const request = subordinateRequest(root, profileOf(name, overrides), 'ecdsa-p256');
      const holes = { spki: keyOf('ecdsa-p256').spki, serial: SERIAL };
      // The library's bytes; they are held to our encoder's there, and here once more.
      const tbs = await buildTbsCertificate(request, holes);
      assert.deepEqual(Buffer.from(tbs), Buffer.from(encodeTbsCertificate(request, holes)));

      const der = await issueUnder(request, 'ecdsa-p384');
      const certificate = parseCertificate(der);
      assert.deepEqual(compareCertificate(certificate, request, holes), []);
      const shown = [...renderDocument(der)].join('\n');
      assert.doesNotMatch(shown, /NOT READABLE|unknown to this program/);

      const pem = put(`${name}.pem`, pemOf('CERTIFICATE', der));
      assert.deepEqual(printed(pem), PRINTED[name]);
      const verified = ask('openssl', 'verify', '-x509_strict', '-CAfile', rootPem, pem);
      assert.deepEqual(verified, { status: 0, text: `${pem}: OK\n` });
      const info = ask('certtool', '-i', '--infile', pem);
      assert.equal(info.status, 0);
      assert.match(info.text, /Subject: CN=Example /);
    });

    it(`of ${name} is trusted by GnuTLS, but for policy constraints, which it does not know`, async () => {
      const profile = profileOf(name, overrides);
      const pem = put(
        `${name}-tls.pem`,
        pemOf('CERTIFICATE', await issueUnder(subordinateRequest(root, profile, 'ecdsa-p256'), 'ecdsa-p384')),
      );
      const { text } = ask('certtool', '--verify', '--load-ca-certificate', rootPem, '--infile', pem);
      const isForeign = 'policy-constraints' in profile.fields;
      assert.match(
        text,
        isForeign
          ? /Not verified.*unknown critical extension/i
          : /Chain verification output: Verified\. The certificate is trusted\./,
      );
    });
  }

  it('has every number and every prefix that a profile can have, the same by both encoders', async () => {
    const holes = { spki: keyOf('ecdsa-p256').spki, serial: SERIAL };
    const all = Uint8Array.from({ length: 16 }, () => 0xff);
    const networks = (octets: number) =>
      Array.from({ length: 8 * octets + 1 }, (_none, prefix) =>
        formatIpNetwork({ address: all.subarray(0, octets), prefix }),
      );
    const constraints = { permitted: { ip: [...networks(4), ...networks(16)] }, excluded: { dns: 'all' } };
    for (const count of [0, 1, 127, 128, 255]) {
      const profile = profileOf('private-service-ca', {
        'path-length': count,
        'name-constraints': constraints,
        'policy-constraints': { 'require-explicit-policy': count, 'inhibit-policy-mapping': 255 - count },
        'inhibit-any-policy': count,
        crl: 'http://pki.example.com/root.crl',
      });
      const request = subordinateRequest(root, profile, 'ecdsa-p256');
      const { extensions } = parseTbsCertificate(await buildTbsCertificate(request, holes));
      assert.deepEqual(basicConstraints(extensions), { ca: true, pathLength: count });
      assert.equal(inhibitAnyPolicy(extensions), count);
      assert.deepEqual(policyConstraints(extensions), {
        requireExplicitPolicy: count,
        inhibitPolicyMapping: 255 - count,
      });
      const { permitted } = nameConstraints(extensions) ?? {};
      // Address and mask are one where every bit of the prefix is set.
      const halves = permitted?.map(({ base }) => base.value.split('/'));
      assert.equal(halves?.length, 33 + 129);
      assert.ok(halves.every(([address, mask]) => address === mask));
    }
  });

  it('is told from one with anything else in it, by the extension', async () => {
    const fields = { ...SCRIPTED['private-service-ca'], 'ca-issuers': 'http://a.example/', ocsp: 'http://a.example/' };
    const request = subordinateRequest(root, profileOf('private-service-ca', fields), 'ecdsa-p256');
    const holes = { spki: keyOf('ecdsa-p256').spki, serial: SERIAL };
    const permitted = (dns: string) => ({ 'name-constraints': { permitted: { dns: [dns] } } });
    const other: readonly (readonly [JsonObject, string])[] = [
      [{ 'path-length': 0 }, 'basicConstraints'],
      [{ 'extended-key-usage': ['clientAuth', 'serverAuth'] }, 'extKeyUsage'],
      [{ policies: [{ policy: '1.3.6.1.4.1.99999.2', cps: 'http://pki.example.com/cps' }] }, 'certificatePolicies'],
      [permitted('svc.example.com'), 'nameConstraints'],
      [{ 'policy-constraints': { 'require-explicit-policy': 0 } }, 'policyConstraints'],
      [{ 'inhibit-any-policy': 1 }, 'inhibitAnyPolicy'],
      [{ crl: 'http://pki.example.com/other.crl' }, 'cRLDistributionPoints'],
      [{ ocsp: 'http://b.example/' }, 'authorityInfoAccess'],
    ];
    for (const [change, extension] of other) {
      const profile = profileOf('private-service-ca', { ...fields, ...change });
      const tbs = parseTbsCertificate(await buildTbsCertificate({ ...request, profile }, holes));
      assert.deepEqual(
        compareCertificate(tbs, request, holes).map(({ field }) => field),
        [`extensions: ${extension}`],
      );
    }
    const issuer = { ...issuerIdentity(parseCertificate(root)), keyIdentifier: new Uint8Array(20) };
    const tbs = parseTbsCertificate(await buildTbsCertificate({ ...request, issuer }, holes));
    assert.deepEqual(
      compareCertificate(tbs, request, holes).map(({ field }) => field),
      ['extensions: authorityKeyIdentifier'],
    );
  });

  it('names the key of its issuer as the issuer does, however that identifier was made', async () => {
    const issuer = { name: parseCertificate(root).subject.der, keyIdentifier: Uint8Array.of(0xab, 0xcd) };
    const request = subordinateRequest(root, profileOf('client-ca', SCRIPTED['client-ca']), 'ecdsa-p256', { issuer });
    const pem = put('copied.pem', pemOf('CERTIFICATE', await issueUnder(request, 'ecdsa-p384')));
    const { text } = ask('openssl', 'x509', '-in', pem, '-noout', '-ext', 'authorityKeyIdentifier');
    assert.match(text, /(?:keyid:)?AB:CD\n/);
    const own = subjectKeyIdentifier(parseCertificate(await issueUnder(request, 'ecdsa-p384')).extensions);
    assert.equal(own?.length, 20);
  });
});
