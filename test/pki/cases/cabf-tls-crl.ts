import { OID } from '../../../src/der/oid.ts';
import { contextPrimitive } from '../../../src/der/tags.ts';
import { element, explicit, generalizedTime, implicit, integer, sequence, time } from '../../../src/der/writer.ts';
import * as made from '../broken.ts';
import type { CrlCase } from './case.ts';

const { after, crl, entry, extension, hex, reason } = made;
const withExtension = (...extra: readonly Uint8Array[]) => crl({ extensions: [...made.CRL_EXTENSIONS, ...extra] });
const one = crl({ revoked: [entry(5)] });
const sha1 = hex('300d06092a864886f70d0101050500');

export const CABF_TLS_CRL: readonly CrlCase[] = [
  {
    // 12 calendar months over a 29 February are 366 days.
    rule: 'cabf-tls/crl-span',
    fails: crl({ nextUpdate: time('2028-03-01T09:00:01Z') }),
    message: 'nextUpdate is 2028-03-01T09:00:01Z, expected at most 2028-03-01T09:00:00Z, 12 months after thisUpdate',
    passes: crl({ nextUpdate: time('2028-03-01T09:00:00Z') }),
  },
  {
    rule: 'cabf-tls/crl-span',
    fails: crl({ thisUpdate: time('2024-02-29T00:00:00Z'), nextUpdate: time('2025-03-01T00:00:00Z') }),
    message: 'nextUpdate is 2025-03-01T00:00:00Z, expected at most 2025-02-28T00:00:00Z, 12 months after thisUpdate',
    passes: crl({ thisUpdate: time('2024-02-29T00:00:00Z'), nextUpdate: time('2025-02-28T00:00:00Z') }),
  },
  {
    rule: 'cabf-tls/crl-this-update-past',
    fails: crl({ thisUpdate: time('2027-03-01T09:00:31Z') }),
    message: 'thisUpdate is 2027-03-01T09:00:31Z, expected at most 2027-03-01T09:00:30Z, when it is signed',
    passes: crl({ thisUpdate: time('2027-03-01T09:00:30Z') }),
  },
  {
    rule: 'cabf-tls/crl-number-range',
    fails: crl({ extensions: [made.authorityKeyId, made.crlNumber(1n << 159n)] }),
    message: `cRLNumber is ${1n << 159n}, expected less than 2^159`,
    passes: crl({ extensions: [made.authorityKeyId, made.crlNumber(0n)] }),
  },
  {
    rule: 'cabf-tls/crl-authority-key-identifier-form',
    fails: crl({
      extensions: [
        extension(OID.authorityKeyIdentifier, sequence(explicit(1, explicit(4, made.NAME)), implicit(2, hex('05')))),
        made.crlNumber(1n),
      ],
    }),
    message: [
      'authorityKeyIdentifier has no keyIdentifier',
      'authorityKeyIdentifier has an authorityCertIssuer',
      'authorityKeyIdentifier has an authorityCertSerialNumber',
    ].join('\n'),
  },
  {
    rule: 'cabf-tls/crl-other-extensions-absent',
    fails: withExtension(extension(OID.expiredCertsOnCRL, generalizedTime('2020-01-01T00:00:00Z'))),
    message: 'expiredCertsOnCRL is present, which is not recommended in a CRL',
  },
  {
    rule: 'cabf-tls/crl-not-delta',
    fails: withExtension(extension(OID.deltaCRLIndicator, integer(1), true)),
    message: 'deltaCRLIndicator is present',
  },
  {
    rule: 'cabf-tls/crl-not-indirect',
    fails: withExtension(made.issuingPoint(true, made.flag(4))),
    message: 'issuingDistributionPoint asserts indirectCRL',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'cabf-tls/crl-not-indirect',
    fails: crl({
      revoked: [entry(5, [reason(1), extension(OID.certificateIssuer, sequence(explicit(4, made.NAME)), true)])],
    }),
    message: 'the entry of 05 names another certificateIssuer',
    passes: one,
  },
  {
    rule: 'cabf-tls/crl-issuing-distribution-point-absent',
    fails: withExtension(made.issuingPoint(true, made.flag(2))),
    message: 'issuingDistributionPoint has no distributionPoint, which is not recommended in a full CRL',
    passes: withExtension(made.issuingPoint(true, made.fullName(made.uri('http://pki.example.com/root-a.crl')))),
  },
  {
    rule: 'cabf-tls/crl-issuing-distribution-point-scope',
    fails: withExtension(made.issuingPoint(true, made.flag(1), made.flag(2))),
    message: 'issuingDistributionPoint asserts both onlyContainsUserCerts and onlyContainsCACerts',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'cabf-tls/crl-issuing-distribution-point-scope',
    fails: withExtension(made.issuingPoint(true, made.flag(5))),
    message: 'issuingDistributionPoint asserts onlyContainsAttributeCerts',
    passes: withExtension(made.issuingPoint(true, made.flag(1))),
  },
  {
    rule: 'cabf-tls/crl-issuing-distribution-point-reasons',
    fails: withExtension(made.issuingPoint(true, element(contextPrimitive(3), hex('0640')))),
    message: 'issuingDistributionPoint has onlySomeReasons, which it should not',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'cabf-tls/crl-reason-present',
    fails: crl({ revoked: [entry(5), entry(6, [])] }),
    message: 'the entry of 06 has no reasonCode',
    passes: one,
  },
  {
    rule: 'cabf-tls/crl-reason-permitted',
    fails: crl({ revoked: [entry(5, [reason(2)])] }),
    message: 'the entry of 05 has the reason cACompromise (2), expected one of 1, 3, 4, 5, 9',
    passes: crl({ revoked: [1, 3, 4, 5, 9].map((code) => entry(code, [reason(code)])) }),
  },
  {
    rule: 'cabf-tls/crl-reason-permitted',
    fails: crl({ revoked: [entry(5, [reason(6)])] }),
    message: 'the entry of 05 has the reason certificateHold (6), expected one of 1, 3, 4, 5, 9',
    passes: one,
  },
  {
    rule: 'cabf-tls/crl-reason-not-critical',
    fails: crl({ revoked: [entry(5, [reason(1, true)])] }),
    message: 'the entry of 05 has a critical reasonCode',
    passes: one,
  },
  {
    rule: 'cabf-tls/crl-entry-other-extensions-absent',
    fails: crl({
      revoked: [entry(5, [reason(1), extension(OID.invalidityDate, generalizedTime('2027-01-01T00:00:00Z'))])],
    }),
    message: 'the entry of 05 has invalidityDate, which is not recommended',
    passes: one,
  },
  {
    rule: 'cabf-tls/crl-entries-unchanged',
    fails: crl({ revoked: [entry(5, [reason(4)])] }),
    message:
      'the entry of 05 was "2027-02-01T00:00:00Z, keyCompromise" in the CRL before, and is "2027-02-01T00:00:00Z, superseded"',
    context: after(one),
    passes: crl({ revoked: [entry(5), entry(6)] }),
  },
  {
    rule: 'cabf-tls/crl-signature-algorithm',
    fails: crl({ signature: sha1, signatureAlgorithm: sha1 }),
    message: 'the signature algorithm is 300d06092a864886f70d0101050500, expected one of RSA or ECDSA with SHA-2',
  },
  {
    rule: 'cabf-tls/crl-signature-algorithm-fits-key',
    fails: crl({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
  },
];
