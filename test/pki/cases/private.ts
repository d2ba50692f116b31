import { OID } from '../../../src/der/oid.ts';
import { integer, time } from '../../../src/der/writer.ts';
import { parseCrl } from '../../../src/x509/crl.ts';
import * as below from '../below.ts';
import * as made from '../broken.ts';
import type { CertificateCase, CrlCase } from './case.ts';
import { close, good, roca } from './rsa-moduli.ts';

const { cross, CROSS, purposes, responder, RESPONDER, sub, SUB } = below;
const { certificate } = made;
const rsa = (modulus: bigint, exponent?: bigint) =>
  certificate({ spki: made.rsaSpki(modulus, exponent), ...below.RSA_SIGNED });
const under = (pathLength: number) =>
  below.underRoot(certificate({ extensions: made.extensionsWith({ basic: below.caOf(pathLength) }) }));
const sha1 = made.hex('300d06092a864886f70d0101050500');

export const PRIVATE_CERTIFICATE: readonly CertificateCase[] = [
  {
    rule: 'private/public-key-quality',
    fails: rsa(good, 3n),
    message: 'RSA exponent is 3, expected at least 65537',
    passes: rsa(good),
  },
  {
    rule: 'private/rsa-weakness',
    fails: rsa(close),
    message: "the RSA modulus falls to Fermat's factorization",
    passes: rsa(good),
  },
  {
    rule: 'private/rsa-weakness',
    fails: rsa(roca),
    message: 'the RSA modulus has the ROCA fingerprint',
    passes: rsa(good),
  },
  {
    rule: 'private/serial-entropy',
    fails: sub({}, { serial: integer(made.hex('01000000000001')) }),
    message: 'the serial number has 7 octets, expected at least 8',
    passes: sub({}, { serial: integer(made.hex('0100000000000001')) }),
    context: SUB,
  },
  {
    rule: 'private/signature-algorithm',
    fails: certificate({ signature: sha1, signatureAlgorithm: sha1 }),
    message: 'the signature algorithm is 300d06092a864886f70d0101050500, expected RSA or ECDSA with SHA-2, or Ed25519',
  },
  {
    rule: 'private/signature-algorithm',
    fails: sub({}, below.RSA_SIGNED),
    message: 'the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-384, which is not for a key of P-384',
    context: SUB,
  },
  {
    rule: 'private/not-after-future',
    fails: sub({}, { notBefore: time('2027-02-01T00:00:00Z'), notAfter: time('2027-03-01T09:00:29Z') }),
    message: 'notAfter is 2027-03-01T09:00:29Z, before 2027-03-01T09:00:30Z, when it is signed',
    passes: sub({}, { notAfter: time('2027-03-01T09:00:30Z') }),
    context: SUB,
  },
  {
    rule: 'private/not-before-reached',
    fails: sub({}, { notBefore: time('2027-03-01T09:00:31Z') }),
    message: 'notBefore is 2027-03-01T09:00:31Z, after 2027-03-01T09:00:30Z, when it is signed',
    passes: sub({}, { notBefore: time('2027-03-01T09:00:30Z') }),
    context: SUB,
  },
  {
    rule: 'private/purposes-distinct',
    fails: sub({ eku: purposes(OID.clientAuth, OID.serverAuth, OID.clientAuth, OID.clientAuth) }),
    message: 'the purpose clientAuth is there more than once',
    context: SUB,
  },
  {
    rule: 'private/path-length-nested',
    fails: sub({ basic: below.caOf(1) }),
    message: "the path length is 1, and the issuer's 1: expected less",
    passes: sub({ basic: below.caOf(0) }),
    context: under(1),
  },
  {
    rule: 'private/path-length-nested',
    fails: sub({ basic: below.caOf() }),
    message: "the path length is not limited, and the issuer's 2: expected less",
    passes: sub({ basic: below.caOf(1) }),
    context: under(2),
  },
  {
    rule: 'private/subordinate-name-distinct',
    fails: sub({}, { subject: made.NAME }),
    message: 'the subject is the issuer',
    context: SUB,
  },
  {
    rule: 'private/key-distinct',
    fails: responder({}, { spki: made.SPKI }),
    message: "the public key is the issuer's",
    context: RESPONDER,
  },
  {
    rule: 'private/cross-name-and-key-kept',
    fails: cross({}, { subject: below.SUB_NAME, spki: below.SUB_SPKI }),
    message: "the subject is not the existing certificate's\nthe public key is not the existing certificate's",
    context: CROSS,
  },
  {
    rule: 'private/cross-constraints-kept',
    fails: cross({ usage: made.keyUsage(0, 5, 6), basic: below.caOf(0) }),
    message: [
      'keyUsage is cRLSign with digitalSignature with keyCertSign, and that of the existing certificate cRLSign with keyCertSign',
      'the path length is 0, and that of the existing certificate none',
    ].join('\n'),
    context: CROSS,
  },
  {
    rule: 'private/cross-constraints-kept',
    fails: cross({ eku: purposes(OID.serverAuth, OID.clientAuth), basic: below.caOf(0) }),
    message:
      'extKeyUsage is 1.3.6.1.5.5.7.3.1 with 1.3.6.1.5.5.7.3.2, and that of the existing certificate 1.3.6.1.5.5.7.3.1',
    passes: cross({ basic: below.caOf(0) }),
    context: below.besideExisting(sub()),
  },
  {
    rule: 'private/responder-not-ca',
    fails: responder({ basic: below.caOf(), usage: made.keyUsage(0, 5, 6) }),
    message: 'cA is TRUE\nkeyUsage has keyCertSign\nkeyUsage has cRLSign',
    context: RESPONDER,
  },
  {
    rule: 'private/responder-purpose',
    fails: responder({ eku: undefined }),
    message: 'extKeyUsage is absent or unreadable, expected OCSPSigning',
    context: RESPONDER,
  },
  {
    rule: 'private/responder-revocation-decided',
    fails: responder({ noCheck: undefined }),
    message: 'there is neither id-pkix-ocsp-nocheck nor cRLDistributionPoints nor authorityInfoAccess',
    passes: responder({ noCheck: undefined, crl: made.distributionPoints(made.HTTP_POINT) }),
    context: RESPONDER,
  },
];

const deltaUntil = (at: string) =>
  made.crl({
    nextUpdate: time(at),
    extensions: [made.authorityKeyId, made.crlNumber(2n), made.extension(OID.deltaCRLIndicator, integer(1), true)],
  });

export const PRIVATE_CRL: readonly CrlCase[] = [
  {
    rule: 'private/crl-signature-algorithm',
    fails: made.crl({ signature: sha1, signatureAlgorithm: sha1 }),
    message: 'the signature algorithm is 300d06092a864886f70d0101050500, expected RSA or ECDSA with SHA-2, or Ed25519',
  },
  {
    rule: 'private/crl-signature-algorithm',
    fails: made.crl({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
  },
  {
    rule: 'private/crl-delta-within-base',
    fails: deltaUntil('2028-02-28T09:00:01Z'),
    message: 'nextUpdate is 2028-02-28T09:00:01Z, after 2028-02-28T09:00:00Z, that of the CRL which it starts from',
    context: { ...made.after(made.crl()), base: parseCrl(made.crl()) },
    passes: deltaUntil('2028-02-28T09:00:00Z'),
  },
];
