import { OID } from '../../../src/der/oid.ts';
import { contextPrimitive, TAG } from '../../../src/der/tags.ts';
import {
  boolean,
  element,
  generalizedTime,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  time,
  utcTime,
  utf8String,
} from '../../../src/der/writer.ts';
import type { CrlContext } from '../../../src/pki/rule.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { constructedCrl } from '../../../src/x509/constructed-crl.ts';
import { parseCrl } from '../../../src/x509/crl.ts';
import * as made from '../broken.ts';
import type { CrlCase } from './case.ts';

const { after, crl, entry, extension, FIRST_CRL, hex, KEY_ID, reason } = made;
const withExtension = (...extra: readonly Uint8Array[]) => crl({ extensions: [...made.CRL_EXTENSIONS, ...extra] });
const sound = crl();
const keyId = Buffer.from(KEY_ID).toString('hex');
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const delta = (critical: boolean) => extension(OID.deltaCRLIndicator, integer(1), critical);
const none = new Uint8Array();
const otherIssuer = sequence(made.country, made.rdn(OID.commonName, utf8String('Another')));
const cannotSign = parseCertificate(made.certificate({ extensions: made.extensionsWith({ usage: made.keyUsage(5) }) }));
const one = crl({ revoked: [entry(5)] });
const second = (change: Parameters<typeof crl>[0] = {}) =>
  crl({ extensions: [made.authorityKeyId, made.crlNumber(2n)], ...change });

const ofCas = (number: bigint) =>
  crl({ extensions: [made.authorityKeyId, made.crlNumber(number), made.issuingPoint(true, made.flag(2))] });

/** A delta CRL of this number, which starts from CRL 1. */
const deltaOf = (number: bigint, ...revoked: readonly Uint8Array[]) =>
  crl({
    extensions: [made.authorityKeyId, made.crlNumber(number), delta(true)],
    ...(revoked.length === 0 ? {} : { revoked }),
  });
/** Where CRL 1 lists this, and a delta CRL after it that. */
const afterDelta = (listed: readonly Uint8Array[], since: readonly Uint8Array[]): CrlContext => {
  const base = parseCrl(crl(listed.length === 0 ? {} : { revoked: listed }));
  const last = since.length === 0 ? undefined : parseCrl(deltaOf(2n, ...since));
  return { ...FIRST_CRL, base, delta: last, previous: last ? constructedCrl(base, last) : base };
};
const onHold = entry(5, [reason(6)]);
const removed = entry(5, [reason(8)]);
const freshest = (critical: boolean, ...fields: readonly Uint8Array[]) =>
  withExtension(extension(OID.freshestCRL, sequence(sequence(...fields)), critical));
const place = made.fullName(made.uri('http://pki.example.com/root-delta.crl'));

export const RFC5280_CRL: readonly CrlCase[] = [
  {
    rule: 'rfc5280/crl-der',
    fails: sound.subarray(0, -1),
    message: `CRL, byte 0: expected ${sound.length - 4} content bytes of SEQUENCE, found ${sound.length - 5}`,
  },
  { rule: 'rfc5280/crl-version-2', fails: crl({ version: none }), message: 'the version is 1, expected 2' },
  {
    rule: 'rfc5280/crl-signature-algorithm-equal',
    fails: crl({ signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'signature is 300a06082a8648ce3d040303, but signatureAlgorithm is 300a06082a8648ce3d040302',
  },
  { rule: 'rfc5280/crl-issuer-present', fails: crl({ issuer: sequence() }), message: 'the issuer is an empty name' },
  {
    rule: 'rfc5280/crl-issuer-matches',
    fails: crl({ issuer: otherIssuer }),
    message: `the issuer is ${toHex(otherIssuer)}, expected the bytes of the issuer's subject ${toHex(made.NAME)}`,
  },
  {
    rule: 'rfc5280/crl-issuer-may-sign',
    fails: crl(),
    message: "the issuer's keyUsage lacks cRLSign",
    context: { ...FIRST_CRL, issuer: cannotSign },
    passesIn: FIRST_CRL,
  },
  {
    rule: 'rfc5280/crl-within-issuer-validity',
    fails: crl({ thisUpdate: time('2027-03-01T08:59:59Z') }),
    message: "thisUpdate 2027-03-01T08:59:59Z is before the issuer's notBefore 2027-03-01T09:00:00Z",
  },
  {
    rule: 'rfc5280/crl-within-issuer-validity',
    fails: crl({ nextUpdate: time('2037-03-01T09:00:00Z') }),
    message: "nextUpdate 2037-03-01T09:00:00Z is after the issuer's notAfter 2037-03-01T08:59:59Z",
    passes: crl({ nextUpdate: time('2037-03-01T08:59:59Z') }),
  },
  {
    rule: 'rfc5280/crl-time-encoding',
    fails: crl({ thisUpdate: generalizedTime('2027-03-01T09:00:00Z') }),
    message: 'thisUpdate 2027-03-01T09:00:00Z is GeneralizedTime, expected UTCTime',
    passes: crl({ nextUpdate: generalizedTime('2050-01-01T00:00:00Z') }),
  },
  { rule: 'rfc5280/crl-next-update-present', fails: crl({ nextUpdate: none }), message: 'nextUpdate is absent' },
  {
    rule: 'rfc5280/crl-update-order',
    fails: crl({ nextUpdate: time('2027-03-01T09:00:00Z') }),
    message: 'nextUpdate 2027-03-01T09:00:00Z is not after thisUpdate 2027-03-01T09:00:00Z',
  },
  {
    rule: 'rfc5280/crl-revoked-not-empty',
    fails: crl({ revoked: [] }),
    message: 'revokedCertificates is present and empty, expected it to be absent',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-extensions-not-empty',
    fails: crl({ extensions: [] }),
    message: 'the list of extensions is empty, expected none or at least one',
  },
  {
    rule: 'rfc5280/crl-entry-extensions-not-empty',
    fails: crl({ revoked: [sequence(integer(5), time('2027-02-01T00:00:00Z'), sequence())] }),
    message: 'the entry of 05 has an empty list of extensions',
    passes: crl({ revoked: [entry(5, [])] }),
  },
  {
    rule: 'rfc5280/crl-extension-values',
    fails: crl({ extensions: [made.authorityKeyId, extension(OID.cRLNumber, element(TAG.integer, hex('ff')))] }),
    message: 'cRLNumber: cRLNumber, byte 2: expected cRLNumber not to be negative',
  },
  {
    // The reason as an INTEGER: the encoding of some issuers.
    rule: 'rfc5280/crl-entry-extension-values',
    fails: crl({ revoked: [entry(5, [extension(OID.reasonCode, integer(1))])] }),
    message:
      'the entry of 05 has a malformed reasonCode: reasonCode, byte 0: expected ENUMERATED for reasonCode, found INTEGER',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-extension-duplicate',
    fails: withExtension(made.crlNumber(2n)),
    message: 'cRLNumber is there 2 times, expected at most once',
  },
  {
    rule: 'rfc5280/crl-entry-extension-duplicate',
    fails: crl({ revoked: [entry(5, [reason(1), reason(4)])] }),
    message: 'the entry of 05 is wrong: reasonCode is there 2 times, expected at most once',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-extension-default-omitted',
    fails: crl({
      extensions: [made.authorityKeyId, sequence(oid(OID.cRLNumber), boolean(false), octetString(integer(1)))],
    }),
    message: 'cRLNumber has critical FALSE written out, expected it to be left out',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-extension-unknown-critical',
    fails: withExtension(extension(OID.expiredCertsOnCRL, generalizedTime('2020-01-01T00:00:00Z'), true)),
    message: 'expiredCertsOnCRL is critical, and relying parties need not know it',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'rfc5280/crl-extension-unknown-critical',
    fails: crl({ revoked: [entry(5, [reason(1, true)])] }),
    message: 'the entry of 05 is wrong: reasonCode is critical, and relying parties need not know it',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-authority-key-identifier-present',
    fails: crl({ extensions: [made.crlNumber(1n)] }),
    message: 'authorityKeyIdentifier is absent',
  },
  {
    rule: 'rfc5280/crl-authority-key-identifier-not-critical',
    fails: crl({
      extensions: [extension(OID.authorityKeyIdentifier, sequence(implicit(0, KEY_ID)), true), made.crlNumber(1n)],
    }),
    message: 'authorityKeyIdentifier is critical',
  },
  {
    rule: 'rfc5280/crl-authority-key-identifier-matches',
    fails: crl({
      extensions: [extension(OID.authorityKeyIdentifier, sequence(implicit(0, hex('0102')))), made.crlNumber(1n)],
    }),
    message: `authorityKeyIdentifier is 0102, expected the issuer's ${keyId}`,
  },
  {
    rule: 'rfc5280/crl-number-present',
    fails: crl({ extensions: [made.authorityKeyId] }),
    message: 'cRLNumber is absent',
  },
  {
    rule: 'rfc5280/crl-number-not-critical',
    fails: crl({ extensions: [made.authorityKeyId, extension(OID.cRLNumber, integer(1), true)] }),
    message: 'cRLNumber is critical',
  },
  {
    rule: 'rfc5280/crl-number-length',
    fails: crl({ extensions: [made.authorityKeyId, made.crlNumber(1n << 159n)] }),
    message: `cRLNumber is ${1n << 159n}, expected at most 20 octets`,
    passes: crl({ extensions: [made.authorityKeyId, made.crlNumber((1n << 159n) - 1n)] }),
  },
  {
    rule: 'rfc5280/crl-number-increases',
    fails: crl(),
    message: 'cRLNumber is 1, expected more than 1, that of the CRL before',
    context: after(crl()),
    passes: second(),
  },
  {
    rule: 'rfc5280/crl-this-update-advances',
    fails: second({ thisUpdate: time('2027-02-28T09:00:00Z') }),
    message: 'thisUpdate 2027-02-28T09:00:00Z is before 2027-03-01T09:00:00Z, that of the CRL before',
    context: after(crl()),
    passes: second(),
  },
  {
    rule: 'rfc5280/crl-entries-kept',
    fails: second({ revoked: [entry(6)] }),
    message: 'the entry of 05 of the CRL before is missing',
    context: after(one),
    passes: second({ revoked: [entry(6), entry(5)] }),
  },
  {
    rule: 'rfc5280/crl-scope-kept',
    fails: ofCas(2n),
    message: 'issuingDistributionPoint is 30038201ff, and in the CRL before it is absent',
    context: after(crl()),
    passes: ofCas(2n),
    passesIn: after(ofCas(1n)),
  },
  {
    rule: 'rfc5280/crl-scope-kept',
    fails: second(),
    message: 'issuingDistributionPoint is absent, and in the CRL before it is 30038201ff',
    context: after(ofCas(1n)),
    passes: ofCas(2n),
    passesIn: after(ofCas(1n)),
  },
  {
    rule: 'rfc5280/crl-serial-distinct',
    fails: crl({ revoked: [entry(5), entry(6), entry(5)] }),
    message: 'the entry of 05 is there more than once',
    passes: crl({ revoked: [entry(5), entry(6)] }),
  },
  {
    rule: 'rfc5280/crl-entry-time-encoding',
    fails: crl({ revoked: [sequence(integer(5), generalizedTime('2027-02-01T00:00:00Z'), sequence(reason(1)))] }),
    message: 'the entry of 05 is wrong: revocationDate 2027-02-01T00:00:00Z is GeneralizedTime, expected UTCTime',
    passes: crl({ revoked: [sequence(integer(5), utcTime('2027-02-01T00:00:00Z'), sequence(reason(1)))] }),
  },
  {
    rule: 'rfc5280/crl-entry-not-future',
    fails: crl({ revoked: [entry(5, [reason(1)], '2027-03-01T09:00:01Z')] }),
    message: 'the entry of 05 is revoked at 2027-03-01T09:00:01Z, after thisUpdate 2027-03-01T09:00:00Z',
    passes: crl({ revoked: [entry(5, [reason(1)], '2027-03-01T09:00:00Z')] }),
  },
  {
    rule: 'rfc5280/crl-reason-specified',
    fails: crl({ revoked: [entry(5, [reason(0)])] }),
    message: 'the entry of 05 has the reason unspecified (0), expected none',
    passes: crl({ revoked: [entry(5, [])] }),
  },
  {
    rule: 'rfc5280/crl-reason-not-removal',
    fails: crl({ revoked: [entry(5, [reason(8)])] }),
    message: 'the entry of 05 has the reason removeFromCRL (8) in a full CRL',
    passes: one,
  },
  {
    rule: 'rfc5280/crl-issuing-distribution-point-critical',
    fails: withExtension(made.issuingPoint(false, made.flag(2))),
    message: 'issuingDistributionPoint is not critical',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'rfc5280/crl-issuing-distribution-point-form',
    fails: withExtension(made.issuingPoint(true)),
    message: 'issuingDistributionPoint is an empty sequence',
    passes: withExtension(made.issuingPoint(true, made.flag(2))),
  },
  {
    rule: 'rfc5280/crl-issuing-distribution-point-form',
    fails: withExtension(made.issuingPoint(true, made.flag(1), made.flag(2))),
    message: 'issuingDistributionPoint limits the CRL to 2 kinds of certificate, expected one at most',
    passes: withExtension(made.issuingPoint(true, element(contextPrimitive(3), hex('0640')))),
  },
  {
    rule: 'rfc5280/crl-delta-indicator-critical',
    fails: withExtension(delta(false)),
    message: 'deltaCRLIndicator is not critical',
    passes: withExtension(delta(true)),
  },
  {
    rule: 'rfc5280/crl-delta-base',
    fails: deltaOf(1n),
    message: 'it has number 1, not above that of the complete one, 1',
    context: afterDelta([], []),
    passes: deltaOf(2n),
  },
  {
    rule: 'rfc5280/crl-delta-base',
    fails: crl({
      extensions: [made.authorityKeyId, made.crlNumber(3n), extension(OID.deltaCRLIndicator, integer(2), true)],
    }),
    message: 'it starts from CRL 2, and the complete one is number 1',
    context: afterDelta([], []),
    passes: deltaOf(3n),
  },
  {
    rule: 'rfc5280/crl-delta-base',
    fails: deltaOf(2n),
    message: 'their issuing distribution points differ',
    context: { ...afterDelta([], []), base: parseCrl(ofCas(1n)) },
    passes: deltaOf(2n),
    passesIn: afterDelta([], []),
  },
  {
    rule: 'rfc5280/crl-delta-changes-listed',
    fails: deltaOf(3n, entry(6)),
    message: 'the entry of 05 of the delta CRL before is missing',
    context: afterDelta([], [entry(5)]),
    passes: deltaOf(3n, entry(5), entry(6)),
  },
  {
    rule: 'rfc5280/crl-delta-changes-listed',
    fails: deltaOf(3n, entry(6)),
    message: 'the entry of 05 was removed, and with this delta CRL it is there again',
    context: { ...afterDelta([onHold], [removed]), delta: undefined },
    passes: deltaOf(3n, removed),
  },
  {
    rule: 'rfc5280/crl-delta-removal-of-hold',
    fails: deltaOf(2n, removed),
    message: 'the entry of 05 has the reason removeFromCRL (8), and by the CRL before it was not on hold',
    context: afterDelta([entry(5)], []),
    passes: deltaOf(2n, removed),
    passesIn: afterDelta([onHold], []),
  },
  {
    rule: 'rfc5280/crl-delta-removal-of-hold',
    fails: deltaOf(3n, removed),
    message: 'the entry of 05 has the reason removeFromCRL (8), and by the CRL before it was not on hold',
    context: afterDelta([onHold], [entry(5, [reason(1)])]),
    passes: deltaOf(3n, removed),
    passesIn: afterDelta([onHold], [removed]),
  },
  {
    rule: 'rfc5280/crl-delta-freshest-absent',
    fails: crl({
      extensions: [
        made.authorityKeyId,
        made.crlNumber(2n),
        delta(true),
        extension(OID.freshestCRL, sequence(sequence(place))),
      ],
    }),
    message: 'freshestCRL is present in a delta CRL',
    passes: deltaOf(2n),
  },
  {
    rule: 'rfc5280/crl-freshest-not-critical',
    fails: freshest(true, place),
    message: 'freshestCRL is critical',
    passes: freshest(false, place),
  },
  {
    rule: 'rfc5280/crl-freshest-form',
    fails: freshest(false, place, element(contextPrimitive(1), hex('0640'))),
    message: 'freshestCRL has a point with reasons, expected none',
    passes: freshest(false, place),
  },
];
