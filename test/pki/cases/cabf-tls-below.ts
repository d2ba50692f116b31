import { OID } from '../../../src/der/oid.ts';
import { integer, octetString, oid, sequence, time, utf8String } from '../../../src/der/writer.ts';
import * as below from '../below.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';

const {
  address,
  constraints,
  cross,
  CROSS,
  dns,
  email,
  excluded,
  permitted,
  purposes,
  responder,
  RESPONDER,
  sub,
  SUB,
} = below;
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const qualified = (qualifier: string) =>
  made.extension(
    OID.certificatePolicies,
    sequence(sequence(oid(OID.domainValidated), sequence(sequence(oid(qualifier), utf8String('x'))))),
  );
const otherOrganization = (name: string) =>
  sequence(
    made.country,
    made.rdn(OID.organizationName, utf8String('Other Org')),
    made.rdn(OID.commonName, utf8String(name)),
  );
const critical = (type: string, value: Uint8Array) => made.extension(type, value, true);
const unknown = made.extension('1.2.3.4', octetString());
const noAddress = (octets: 8 | 32) => address(...new Uint8Array(octets));
const everything = [dns(''), noAddress(8), noAddress(32)];
const FORBIDDEN = [
  [OID.codeSigning, 'codeSigning'],
  [OID.emailProtection, 'emailProtection'],
  [OID.timeStamping, 'timeStamping'],
  [OID.OCSPSigning, 'OCSPSigning'],
  [OID.anyExtendedKeyUsage, 'anyExtendedKeyUsage'],
  [OID.precertificateSigning, 'precertificateSigning'],
] as const;

export const CABF_TLS_BELOW: readonly CertificateCase[] = [
  {
    rule: 'cabf-tls/issuer-name-identical',
    fails: sub({}, { issuer: below.OTHER_NAME }),
    message: "the issuer differs from the subject of the issuing CA's certificate",
    context: SUB,
  },
  {
    rule: 'cabf-tls/not-before-window',
    fails: sub({}, { notBefore: time('2027-02-28T09:00:29Z') }),
    message:
      'notBefore is 2027-02-28T09:00:29Z, expected 2027-02-28T09:00:30Z to 2027-03-01T09:00:30Z, when it is signed',
    passes: sub({}, { notBefore: time('2027-02-28T09:00:30Z') }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/not-before-window',
    fails: responder({}, { notBefore: time('2027-03-01T09:00:31Z') }),
    message:
      'notBefore is 2027-03-01T09:00:31Z, expected 2027-02-28T09:00:30Z to 2027-03-01T09:00:30Z, when it is signed',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/cross-not-before',
    fails: cross({}, { notBefore: time('2026-12-31T23:59:59Z') }),
    message:
      'notBefore is 2026-12-31T23:59:59Z, expected 2027-01-01T00:00:00Z to 2027-03-01T09:00:30Z, when it is signed',
    passes: cross({}, { notBefore: time('2027-01-01T00:00:00Z') }),
    context: below.besideExisting(below.otherRoot({ notBefore: time('2027-01-01T00:00:00Z') })),
  },
  {
    rule: 'cabf-tls/not-after-future',
    fails: sub({}, { notBefore: time('2027-02-01T09:00:00Z'), notAfter: time('2027-03-01T09:00:29Z') }),
    message: 'notAfter is 2027-03-01T09:00:29Z, before 2027-03-01T09:00:30Z, when it is signed',
    passes: sub({}, { notAfter: time('2027-03-01T09:00:30Z') }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/authority-key-identifier-present',
    fails: responder({ aki: undefined }),
    message: 'authorityKeyIdentifier is absent',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/signature-algorithm-fits-key',
    fails: sub({}, { signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
    context: SUB,
  },
  {
    // The key that is certified has no part in it.
    rule: 'cabf-tls/signature-algorithm-fits-key',
    fails: sub({}, { spki: below.RSA_4096, ...below.RSA_SIGNED }),
    message: 'the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-384, which is not for a key of P-384',
    passes: sub({}, { spki: below.RSA_4096 }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/ca-organizational-unit-absent',
    fails: sub(
      {},
      {
        subject: sequence(
          made.country,
          made.organization,
          made.rdn(OID.organizationalUnitName, utf8String('PKI')),
          made.commonName,
        ),
      },
    ),
    message: 'the subject has an organizationalUnitName',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-extended-key-usage-present',
    fails: sub({ eku: undefined }),
    message: 'extKeyUsage is absent',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-crl-distribution-points-present',
    fails: cross({ crl: undefined }),
    message: 'cRLDistributionPoints is absent',
    context: CROSS,
  },
  {
    rule: 'cabf-tls/subordinate-authority-info-access-present',
    fails: sub({ access: undefined }),
    message: 'authorityInfoAccess is absent',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-policies-present',
    fails: sub({ policies: undefined }),
    message: 'certificatePolicies is absent',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-policies-present',
    fails: cross({ policies: undefined }),
    message: 'certificatePolicies is absent',
    context: CROSS,
  },
  {
    rule: 'cabf-tls/subordinate-extensions-not-critical',
    fails: sub({
      eku: critical(OID.extKeyUsage, sequence(oid(OID.serverAuth))),
      policies: critical(OID.certificatePolicies, sequence(sequence(oid(OID.domainValidated)))),
    }),
    message: 'certificatePolicies is critical\nextKeyUsage is critical',
    context: SUB,
  },
  {
    rule: 'cabf-tls/crl-distribution-points-not-critical',
    fails: sub({ crl: critical(OID.cRLDistributionPoints, sequence(made.HTTP_POINT)) }),
    message: 'cRLDistributionPoints is critical',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-other-extensions-absent',
    fails: sub({ unknown }),
    message: '1.2.3.4 is present, which is not recommended in a subordinate CA',
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-tls-purposes',
    fails: sub({ eku: purposes(OID.serverAuth, ...FORBIDDEN.map(([one]) => one)) }),
    message: FORBIDDEN.map(([, name]) => `extKeyUsage has ${name}, which a CA for TLS servers must not have`).join(
      '\n',
    ),
    passes: sub({ eku: purposes(OID.serverAuth, OID.clientAuth) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-tls-purposes-others',
    fails: sub({ eku: purposes(OID.serverAuth, OID.documentSigning) }),
    message: 'extKeyUsage has documentSigning, which is not recommended in a CA for TLS servers',
    passes: sub({ eku: purposes(OID.serverAuth, OID.clientAuth) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-other-purposes',
    fails: email({ eku: purposes(OID.OCSPSigning, OID.anyExtendedKeyUsage, OID.precertificateSigning) }),
    message: ['OCSPSigning', 'anyExtendedKeyUsage', 'precertificateSigning']
      .map((name) => `extKeyUsage has ${name}, which a CA that is not for TLS servers must not have`)
      .join('\n'),
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-other-purposes-single',
    fails: email({ eku: purposes(OID.codeSigning, OID.timeStamping) }),
    message: 'extKeyUsage has 2 purposes, expected one',
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-other-policies',
    fails: email({ policies: below.policies(OID.organizationValidated) }),
    message: 'certificatePolicies has 2.23.140.1.2.2, which is reserved for TLS servers',
    passes: email(),
    context: SUB,
  },
  {
    rule: 'cabf-tls/subordinate-other-policies',
    fails: email({ policies: below.policies(OID.anyPolicy, below.EMAIL_POLICY) }),
    message: 'certificatePolicies has anyPolicy beside others, expected it alone',
    passes: email({ policies: below.policies(OID.anyPolicy) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-form',
    fails: sub({ policies: below.policies(OID.anyPolicy, OID.domainValidated) }),
    message: 'certificatePolicies has anyPolicy beside others, expected it alone',
    passes: sub({ policies: below.policies(OID.anyPolicy) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-form',
    fails: sub({ policies: below.policies(OID.domainValidated, OID.organizationValidated) }),
    message: 'certificatePolicies has 2 reserved policies, expected exactly one',
    passes: sub({ policies: below.policies(OID.domainValidated, '1.3.6.1.4.1.99999.1') }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-reserved-first',
    fails: sub({ policies: below.policies('1.3.6.1.4.1.99999.1', OID.domainValidated) }),
    message: 'the first policy is 1.3.6.1.4.1.99999.1, expected the reserved one',
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-any-affiliated',
    fails: sub({ policies: below.policies(OID.anyPolicy) }, { subject: otherOrganization('Issuing') }),
    message: 'certificatePolicies has anyPolicy, and the subject names another organization than the issuer',
    passes: sub({ policies: below.policies(OID.anyPolicy) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-qualifiers-absent',
    fails: sub({ policies: qualified(OID.cps) }),
    message: 'the policy 2.23.140.1.2.1 has qualifiers, which is not recommended',
    context: SUB,
  },
  {
    rule: 'cabf-tls/policies-qualifiers-permitted',
    fails: sub({ policies: qualified(OID.userNotice) }),
    message: 'the policy 2.23.140.1.2.1 has the qualifier userNotice, expected cps',
    passes: sub({ policies: qualified(OID.cps) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/name-constraints-kinds',
    fails: sub({ names: constraints(true, permitted(below.mailbox('example.com'))) }),
    message: 'a subtree is of the kind rfc822Name, which is not recommended',
    passes: sub({ names: constraints(true, permitted(dns('example.com'), below.directory(made.NAME))) }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/name-constraints-complete',
    fails: sub({ names: constraints(true, permitted(dns('example.com')), excluded(below.directory(made.NAME))) }),
    message: [
      'IPv4 is neither permitted in part nor excluded as a whole',
      'IPv6 is neither permitted in part nor excluded as a whole',
      'no directoryName is permitted',
    ].join('\n'),
    passes: sub({ names: constraints(true, permitted(below.directory(made.NAME)), excluded(...everything)) }),
    context: SUB,
  },
  {
    // One host is excluded, and one network: all others are left open.
    rule: 'cabf-tls/name-constraints-complete',
    fails: sub({
      names: constraints(
        true,
        permitted(below.directory(made.NAME)),
        excluded(dns('example.com'), address(10, 0, 0, 0, 255, 0, 0, 0), noAddress(32)),
      ),
    }),
    message: [
      'dNSName is neither permitted in part nor excluded as a whole',
      'IPv4 is neither permitted in part nor excluded as a whole',
    ].join('\n'),
    passes: sub({
      names: constraints(
        true,
        permitted(below.directory(made.NAME), dns('example.com'), address(10, 0, 0, 0, 255, 0, 0, 0)),
        excluded(noAddress(32)),
      ),
    }),
    context: SUB,
  },
  {
    rule: 'cabf-tls/cross-subject-identical',
    fails: cross({}, { subject: below.SUB_NAME }),
    message: `the subject is ${toHex(below.SUB_NAME)}, that of the existing certificate ${toHex(below.OTHER_NAME)}`,
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-key-identical',
    fails: cross({}, { spki: below.SUB_SPKI }),
    message: "the public key is not the existing certificate's",
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-extended-key-usage-present',
    fails: cross({ eku: undefined }),
    message: 'extKeyUsage is absent',
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-extended-key-usage-restricted',
    fails: cross({ eku: undefined }, { subject: otherOrganization('Root') }),
    message: 'extKeyUsage is absent, and the subject is another organization than the issuer',
    passes: cross({}, { subject: otherOrganization('Root') }),
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-extended-key-usage-restricted',
    fails: cross({ eku: purposes(OID.anyExtendedKeyUsage) }, { subject: otherOrganization('Root') }),
    message: 'extKeyUsage has anyExtendedKeyUsage, and the subject is another organization than the issuer',
    passes: cross({}, { subject: otherOrganization('Root') }),
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-any-purpose-alone',
    fails: cross({ eku: purposes(OID.anyExtendedKeyUsage, OID.serverAuth) }),
    message: 'extKeyUsage has anyExtendedKeyUsage beside others, expected it alone',
    passes: cross({ eku: purposes(OID.anyExtendedKeyUsage) }),
    context: CROSS,
  },
  {
    rule: 'cabf-tls/cross-tls-purposes',
    fails: cross({ eku: purposes(OID.serverAuth, OID.emailProtection) }),
    message: 'extKeyUsage has emailProtection, which a cross-certificate for TLS servers must not have',
    passes: cross({ eku: purposes(OID.serverAuth, OID.clientAuth) }),
    context: CROSS,
  },
  {
    rule: 'cabf-tls/responder-purpose',
    fails: responder({ eku: purposes(OID.OCSPSigning, OID.clientAuth) }),
    message: 'extKeyUsage is OCSPSigning with clientAuth, expected OCSPSigning',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-no-check',
    fails: responder({ noCheck: undefined }),
    message: 'ocspNoCheck is absent',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-no-check',
    fails: responder({ noCheck: critical(OID.ocspNoCheck, made.hex('0500')) }),
    message: 'ocspNoCheck is critical',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-key-usage',
    fails: responder({ usage: made.keyUsage(0, 1) }),
    message: 'keyUsage is digitalSignature with nonRepudiation, expected digitalSignature',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-key-usage',
    fails: responder({ usage: undefined }),
    message: 'keyUsage is absent or empty, expected digitalSignature',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-basic-constraints',
    fails: responder({ basic: below.caOf(0, false) }),
    message: 'cA is TRUE\na path length is set\nbasicConstraints is not critical',
    passes: responder({ basic: critical(OID.basicConstraints, sequence()) }),
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-extensions-absent',
    fails: responder({
      names: constraints(true, permitted(dns('example.com'))),
      alternative: made.extension(OID.subjectAltName, sequence(made.uri('http://ocsp.example.com/'))),
      policies: below.policies(OID.domainValidated),
      crl: made.distributionPoints(made.HTTP_POINT),
    }),
    message: ['nameConstraints', 'subjectAltName', 'certificatePolicies', 'cRLDistributionPoints']
      .map((name) => `${name} is present, which an OCSP responder must not have`)
      .join('\n'),
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-info-access-form',
    fails: responder({ access: below.access(OID.caIssuers, 'http://pki.example.com/root.crt') }),
    message: 'authorityInfoAccess has caIssuers, expected ocsp alone',
    passes: responder({ access: below.access(OID.ocsp, 'http://ocsp.example.com/') }),
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/responder-other-extensions-absent',
    fails: responder({ access: below.access(OID.caIssuers, 'http://pki.example.com/root.crt') }),
    message: 'authorityInfoAccess is present, which is not recommended in an OCSP responder',
    context: RESPONDER,
  },
  {
    rule: 'cabf-tls/serial-entropy',
    fails: responder({}, { serial: integer(made.hex('01000000000001')) }),
    message: 'the serial number has 7 octets, expected at least 8',
    context: RESPONDER,
  },
];
