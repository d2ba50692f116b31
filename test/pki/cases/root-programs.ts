import { OID } from '../../../src/der/oid.ts';
import { sequence, time, utf8String } from '../../../src/der/writer.ts';
import type { CertificateContext } from '../../../src/pki/rule.ts';
import * as below from '../below.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';

const { code, CODE, constraints, cross, CROSS, dns, email, permitted, purposes, responder, RESPONDER, sub, SUB } =
  below;
const { certificate } = made;
const signedOn = (day: string, context: CertificateContext): CertificateContext => ({
  ...context,
  plannedAt: `${day}T09:00:30Z`,
});
const eku = (...oids: readonly string[]) => ({ eku: purposes(...oids) });
const rootFor = (...oids: readonly string[]) => certificate({ extensions: [...made.EXTENSIONS, purposes(...oids)] });
/** The name and key of G2 below another CA: no root's. */
const noRoot = below.besideExisting(below.otherRoot({ issuer: below.SUB_NAME }));
const p256 = made.hex(`3059301306072a8648ce3d020106082a8648ce3d03010703420004${'11'.repeat(64)}`);
const rsa = (bits: bigint) => made.rsaSpki((1n << (bits - 1n)) + 1n);

/** Mozilla, Chrome, Apple and Microsoft, below a root; and what the last three say of roots. */
export const ROOT_PROGRAMS: readonly CertificateCase[] = [
  {
    rule: 'mozilla/intermediate-extended-key-usage-present',
    fails: sub({ eku: undefined }),
    message: 'extKeyUsage is absent',
    context: SUB,
  },
  {
    // A cross-certificate of a root is left out; one of another CA is not.
    rule: 'mozilla/intermediate-extended-key-usage-present',
    fails: cross({ eku: undefined }),
    message: 'extKeyUsage is absent',
    passes: cross(),
    context: noRoot,
  },
  {
    rule: 'mozilla/intermediate-any-purpose-absent',
    fails: sub(eku(OID.anyExtendedKeyUsage)),
    message: 'extKeyUsage has anyExtendedKeyUsage, which an intermediate must not have',
    context: SUB,
  },
  {
    rule: 'mozilla/intermediate-purposes-separate',
    fails: sub(eku(OID.serverAuth, OID.emailProtection)),
    message: 'extKeyUsage has both serverAuth and emailProtection, expected one of them',
    passes: email(),
    context: SUB,
  },
  {
    rule: 'mozilla/intermediate-email-constrained',
    fails: email({ names: constraints(true, permitted(dns('example.com'))) }),
    message: 'no rfc822Name is among the permitted subtrees',
    passes: email({ names: constraints(true, permitted(below.mailbox('example.com'))) }),
    context: SUB,
  },
  {
    rule: 'mozilla/responder-no-check-present',
    fails: responder({ noCheck: undefined }),
    message: 'ocspNoCheck is absent',
    context: RESPONDER,
  },
  {
    rule: 'mozilla/signature-algorithm-fits-key',
    fails: sub({}, { spki: below.RSA_4096, ...below.RSA_SIGNED }),
    message: 'the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-384, which is not for a key of P-384',
    passes: sub({}, { spki: below.RSA_4096 }),
    context: SUB,
  },
  {
    rule: 'chrome/root-term',
    fails: certificate({ notAfter: time('2042-03-01T09:00:01Z') }),
    message:
      'notAfter is 2042-03-01T09:00:01Z, and the root is removed at 2042-03-01T09:00:00Z, 15 years after notBefore',
    passes: certificate({ notAfter: time('2042-03-01T09:00:00Z') }),
  },
  {
    rule: 'chrome/subordinate-purposes-until-2026',
    fails: sub(eku(OID.clientAuth)),
    message: 'extKeyUsage is clientAuth, expected serverAuth, or serverAuth with clientAuth',
    passes: sub(eku(OID.clientAuth, OID.serverAuth)),
    context: signedOn('2026-06-14', SUB),
  },
  {
    rule: 'chrome/subordinate-purposes-of-applicant',
    fails: sub(eku(OID.serverAuth, OID.clientAuth)),
    message: 'extKeyUsage is serverAuth with clientAuth, expected serverAuth',
    passesIn: signedOn('2026-06-14', SUB),
    context: signedOn('2025-06-15', SUB),
  },
  {
    rule: 'chrome/subordinate-purposes',
    fails: cross({ eku: undefined }),
    message: 'extKeyUsage is absent or unreadable, expected serverAuth',
    context: signedOn('2026-06-15', CROSS),
  },
  {
    rule: 'chrome/subordinate-purposes',
    fails: sub(eku(OID.serverAuth, OID.clientAuth)),
    message: 'extKeyUsage is serverAuth with clientAuth, expected serverAuth',
    context: SUB,
  },
  {
    rule: 'apple/root-key-size',
    fails: certificate({ spki: rsa(4088n) }),
    message: 'the key is of 4088 bits, expected at least 4096',
    passes: certificate({ spki: rsa(4096n) }),
  },
  {
    rule: 'apple/root-key-size',
    fails: certificate({ spki: p256 }),
    message: 'the key is of 256 bits, expected at least 384',
  },
  {
    rule: 'apple/subordinate-purposes',
    fails: cross(eku(OID.anyExtendedKeyUsage)),
    message:
      'extKeyUsage is anyExtendedKeyUsage, expected serverAuth, or serverAuth with clientAuth, or emailProtection, or emailProtection with clientAuth, or clientAuth, or timeStamping, or brandIndicator',
    passes: cross(eku(OID.clientAuth, OID.serverAuth)),
    context: CROSS,
  },
  {
    rule: 'microsoft/root-common-name-present',
    fails: certificate({ name: sequence(made.country, made.organization) }),
    message: 'the subject has no commonName',
  },
  {
    rule: 'microsoft/root-key-usage',
    fails: certificate({ extensions: [made.basicConstraints, made.extension(OID.keyUsage, made.hex('03020780'))] }),
    message: 'keyUsage lacks keyCertSign\nkeyUsage lacks cRLSign\nkeyUsage is not critical',
  },
  {
    rule: 'microsoft/root-key-size',
    fails: certificate({ spki: rsa(2047n) }),
    message: 'the RSA modulus has 2047 bits, expected at least 2048',
    passes: certificate({ spki: rsa(2048n) }),
  },
  {
    rule: 'microsoft/root-validity-until-2026',
    fails: certificate({ notAfter: time('2035-03-01T08:59:58Z') }),
    message: 'notAfter is 2035-03-01T08:59:58Z, expected 2035-03-01T08:59:59Z or later',
    passes: certificate({ notAfter: time('2052-03-01T08:59:59Z') }),
    context: signedOn('2026-06-30', made.ROOT),
  },
  {
    rule: 'microsoft/root-validity',
    fails: certificate({ notAfter: time('2037-03-01T09:00:00Z') }),
    message: 'notAfter is 2037-03-01T09:00:00Z, expected 2037-03-01T08:59:59Z or earlier',
    passes: certificate({ notAfter: time('2037-03-01T08:59:59Z') }),
    context: signedOn('2026-07-01', made.ROOT),
  },
  {
    rule: 'microsoft/root-purpose-dedicated',
    fails: rootFor(OID.serverAuth, OID.codeSigning),
    message: 'extKeyUsage has serverAuth and codeSigning, expected one of them',
    passes: rootFor(OID.codeSigning, OID.timeStamping),
  },
  {
    rule: 'microsoft/subordinate-purposes-separate',
    fails: sub(eku(OID.codeSigning, OID.clientAuth, OID.timeStamping)),
    message: 'extKeyUsage has codeSigning and timeStamping, expected one of them',
    passes: sub(eku(OID.serverAuth, OID.clientAuth)),
    context: SUB,
  },
  {
    rule: 'microsoft/subordinate-revocation-source',
    fails: sub({ crl: undefined }),
    message: 'there is neither cRLDistributionPoints nor an OCSP responder in authorityInfoAccess',
    passes: sub({ crl: undefined, access: below.access(OID.ocsp, 'http://ocsp.example.com/') }),
    context: SUB,
  },
  {
    rule: 'microsoft/code-signing-keys',
    fails: code({}, { spki: below.SUB_SPKI }),
    message: 'the key is of ECDSA with 384 bits, expected RSA with 4096',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'microsoft/code-signing-keys',
    fails: code({}, { spki: rsa(4104n) }),
    message: 'the key is of RSA with 4104 bits, expected RSA with 4096',
    passes: code(),
    context: CODE,
  },
  {
    rule: 'microsoft/code-signing-keys',
    fails: code(),
    message: "the issuer's key is of ECDSA with 384 bits, expected RSA with 4096",
    context: SUB,
    passes: code(),
    passesIn: CODE,
  },
  {
    rule: 'microsoft/responder-purpose',
    fails: responder(eku(OID.OCSPSigning, OID.anyExtendedKeyUsage)),
    message: 'extKeyUsage is OCSPSigning with anyExtendedKeyUsage, expected OCSPSigning',
    context: RESPONDER,
  },
  {
    rule: 'mozilla/serial-entropy',
    fails: sub({}, { serial: made.hex('020101'), subject: sequence(made.rdn(OID.commonName, utf8String('x'))) }),
    message: 'the serial number has 1 octets, expected at least 8',
    context: SUB,
  },
];
