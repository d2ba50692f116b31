import { OID } from '../../../src/der/oid.ts';
import { contextPrimitive, TAG } from '../../../src/der/tags.ts';
import {
  bitString,
  boolean,
  element,
  explicit,
  generalizedTime,
  implicit,
  integer,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  time,
  utcTime,
  utf8String,
} from '../../../src/der/writer.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';

const { certificate, extension, extensionsWith, hex, KEY_ID, nameWith, rdn } = made;
const withExtension = (...extra: readonly Uint8Array[]) => certificate({ extensions: [...made.EXTENSIONS, ...extra] });
const without = (missing: Uint8Array) => certificate({ extensions: made.EXTENSIONS.filter((one) => one !== missing) });
const sound = certificate();
const keyId = Buffer.from(KEY_ID).toString('hex');
const policy = (dotted: string) => sequence(oid(dotted));
const policies = (...items: readonly Uint8Array[]) => extension(OID.certificatePolicies, sequence(...items));
const infoAccess = (critical: boolean) =>
  extension(
    OID.authorityInfoAccess,
    sequence(sequence(oid(OID.caIssuers), made.uri('http://pki.example.com/root.crt'))),
    critical,
  );

export const RFC5280_CERTIFICATE: readonly CertificateCase[] = [
  {
    rule: 'rfc5280/certificate-der',
    fails: Uint8Array.of(...sound, 0),
    message: `certificate, byte ${sound.length}: expected the end, found 1 more bytes`,
  },
  {
    rule: 'rfc5280/version-3',
    fails: certificate({ version: explicit(0, integer(1)) }),
    message: 'the version is 2, expected 3',
  },
  {
    rule: 'rfc5280/serial-positive',
    fails: certificate({ serial: integer(0) }),
    message: 'the serial number is 00 (hex), expected a positive integer',
  },
  {
    rule: 'rfc5280/serial-positive',
    fails: certificate({ serial: element(TAG.integer, hex(`80${'11'.repeat(15)}`)) }),
    message: `the serial number is 80${'11'.repeat(15)} (hex), expected a positive integer`,
    passes: certificate({ serial: integer(hex(`80${'11'.repeat(15)}`)) }),
  },
  {
    rule: 'rfc5280/serial-length',
    fails: certificate({ serial: integer(hex(`01${'00'.repeat(20)}`)) }),
    message: 'the serial number has 21 octets, expected at most 20',
    passes: certificate({ serial: integer(hex(`7f${'ff'.repeat(19)}`)) }),
  },
  {
    rule: 'rfc5280/signature-algorithm-equal',
    fails: certificate({ signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'signature is 300a06082a8648ce3d040303, but signatureAlgorithm is 300a06082a8648ce3d040302',
  },
  {
    rule: 'rfc5280/issuer-present',
    fails: certificate({ issuer: sequence() }),
    message: 'the issuer is an empty name',
  },
  {
    rule: 'rfc5280/subject-present',
    fails: certificate({ subject: sequence() }),
    message: 'the subject is an empty name',
  },
  {
    rule: 'rfc5280/name-string-type',
    fails: certificate({ name: nameWith(rdn(OID.localityName, element(TAG.teletexString, hex('48616e6f766572')))) }),
    message: 'subject: localityName is a TeletexString, expected PrintableString or UTF8String',
    passes: certificate({ name: nameWith(rdn(OID.localityName, printableString('Hanover'))) }),
  },
  {
    rule: 'rfc5280/name-value-present',
    fails: certificate({ issuer: nameWith(rdn(OID.localityName, utf8String(''))) }),
    message: 'issuer: localityName is empty',
  },
  {
    // 65 characters, and more than 65 UTF-16 units and octets: characters count.
    rule: 'rfc5280/name-value-length',
    fails: certificate({
      name: sequence(made.country, made.organization, rdn(OID.commonName, utf8String('𝔘'.repeat(65)))),
    }),
    message: 'subject: commonName has 65 characters, expected at most 64',
    passes: certificate({
      name: sequence(made.country, made.organization, rdn(OID.commonName, utf8String('𝔘'.repeat(64)))),
    }),
  },
  {
    rule: 'rfc5280/country-name-form',
    fails: certificate({
      name: sequence(rdn(OID.countryName, printableString('USA')), made.organization, made.commonName),
    }),
    message: 'subject: countryName is "USA", expected a PrintableString of two characters',
  },
  {
    rule: 'rfc5280/country-name-form',
    fails: certificate({ name: sequence(rdn(OID.countryName, utf8String('US')), made.organization, made.commonName) }),
    message: 'subject: countryName is "US", expected a PrintableString of two characters',
  },
  {
    rule: 'rfc5280/validity-order',
    fails: certificate({ notBefore: time('2037-03-01T09:00:00Z') }),
    message: 'notAfter 2037-03-01T08:59:59Z is before notBefore 2037-03-01T09:00:00Z',
    passes: certificate({ notBefore: time('2037-03-01T08:59:59Z') }),
  },
  {
    rule: 'rfc5280/validity-encoding',
    fails: certificate({ notAfter: generalizedTime('2049-12-31T23:59:59Z') }),
    message: 'notAfter 2049-12-31T23:59:59Z is GeneralizedTime, expected UTCTime',
    passes: certificate({ notAfter: utcTime('2049-12-31T23:59:59Z') }),
  },
  {
    rule: 'rfc5280/validity-encoding',
    fails: certificate({ notBefore: generalizedTime('1949-12-31T23:59:59Z') }),
    message: 'notBefore 1949-12-31T23:59:59Z is before 1950, which no certificate or CRL can express',
    passes: certificate({ notAfter: generalizedTime('2050-01-01T00:00:00Z') }),
  },
  {
    rule: 'rfc5280/unique-identifiers-absent',
    fails: certificate({ uniqueIds: element(contextPrimitive(1), hex('0055')) }),
    message: 'issuerUniqueID is present',
  },
  {
    rule: 'rfc5280/unique-identifiers-absent',
    fails: certificate({ uniqueIds: element(contextPrimitive(2), hex('0055')) }),
    message: 'subjectUniqueID is present',
  },
  {
    rule: 'rfc5280/extensions-not-empty',
    fails: certificate({ extensions: [] }),
    message: 'the list of extensions is empty, expected none or at least one',
  },
  {
    // cA FALSE is the default, and DER leaves it out.
    rule: 'rfc5280/extension-values',
    fails: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(boolean(false)), true) }),
    }),
    message: 'basicConstraints: basicConstraints, byte 2: expected no cA field, found the default one (FALSE)',
  },
  {
    // keyCertSign and cRLSign with a trailing zero bit: X.690 §11.2.2.
    rule: 'rfc5280/extension-values',
    fails: certificate({ extensions: extensionsWith({ usage: extension(OID.keyUsage, hex('03020006'), true) }) }),
    message: 'keyUsage: keyUsage, byte 2: expected the named bits of keyUsage without trailing zero bits',
  },
  {
    rule: 'rfc5280/extension-duplicate',
    fails: withExtension(made.subjectKeyId),
    message: 'subjectKeyIdentifier is there 2 times, expected at most once',
  },
  {
    rule: 'rfc5280/extension-default-omitted',
    fails: certificate({
      extensions: extensionsWith({
        subject: sequence(oid(OID.subjectKeyIdentifier), boolean(false), octetString(octetString(KEY_ID))),
      }),
    }),
    message: 'subjectKeyIdentifier has critical FALSE written out, expected it to be left out',
  },
  {
    rule: 'rfc5280/extension-unknown-critical',
    fails: withExtension(extension('1.2.3.4', sequence(), true)),
    message: '1.2.3.4 is critical, and relying parties need not know it',
    passes: withExtension(extension('1.2.3.4', sequence())),
  },
  {
    rule: 'rfc5280/basic-constraints-present',
    fails: without(made.basicConstraints),
    message: 'basicConstraints is absent or unreadable, expected cA TRUE',
  },
  {
    rule: 'rfc5280/basic-constraints-present',
    fails: certificate({ extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(), true) }) }),
    message: 'cA is FALSE, expected TRUE',
  },
  {
    rule: 'rfc5280/basic-constraints-critical',
    fails: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(boolean(true))) }),
    }),
    message: 'basicConstraints is not critical',
  },
  {
    rule: 'rfc5280/path-length-allowed',
    fails: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(integer(0)), true) }),
    }),
    message: 'a path length is set although cA is FALSE',
    passes: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true) }),
    }),
  },
  {
    rule: 'rfc5280/path-length-allowed',
    fails: certificate({
      extensions: extensionsWith({
        basic: extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true),
        usage: made.keyUsage(6),
      }),
    }),
    message: 'a path length is set although keyUsage lacks keyCertSign',
    passes: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true) }),
    }),
  },
  {
    rule: 'rfc5280/key-usage-present',
    fails: certificate({ extensions: [made.basicConstraints, made.subjectKeyId, made.authorityKeyId] }),
    message: 'keyUsage is absent',
  },
  {
    rule: 'rfc5280/key-usage-critical',
    fails: certificate({ extensions: extensionsWith({ usage: extension(OID.keyUsage, hex('03020106')) }) }),
    message: 'keyUsage is not critical',
  },
  {
    rule: 'rfc5280/key-usage-not-empty',
    fails: certificate({ extensions: extensionsWith({ usage: made.keyUsage() }) }),
    message: 'keyUsage has no bit set',
  },
  {
    rule: 'rfc5280/key-usage-cert-sign',
    fails: without(made.basicConstraints),
    message: 'keyUsage has keyCertSign although cA is not TRUE',
  },
  {
    rule: 'rfc5280/subject-key-identifier-present',
    fails: without(made.subjectKeyId),
    message: 'subjectKeyIdentifier is absent',
  },
  {
    rule: 'rfc5280/subject-key-identifier-not-critical',
    fails: certificate({
      extensions: extensionsWith({ subject: extension(OID.subjectKeyIdentifier, octetString(KEY_ID), true) }),
    }),
    message: 'subjectKeyIdentifier is critical',
  },
  {
    rule: 'rfc5280/subject-key-identifier-derived',
    fails: certificate({
      extensions: extensionsWith({ subject: extension(OID.subjectKeyIdentifier, octetString(hex('0102'))) }),
    }),
    message: 'subjectKeyIdentifier is 0102, expected one derived by RFC 5280 §4.2.1.2 or RFC 7093 §2',
  },
  {
    rule: 'rfc5280/authority-key-identifier-not-critical',
    fails: certificate({
      extensions: extensionsWith({
        authority: extension(OID.authorityKeyIdentifier, sequence(implicit(0, KEY_ID)), true),
      }),
    }),
    message: 'authorityKeyIdentifier is critical',
  },
  {
    rule: 'rfc5280/authority-key-identifier-matches',
    fails: certificate({
      extensions: extensionsWith({
        authority: extension(OID.authorityKeyIdentifier, sequence(implicit(0, hex('0102')))),
      }),
    }),
    message: `authorityKeyIdentifier is 0102, expected the subject's own ${keyId}`,
  },
  {
    rule: 'rfc5280/authority-key-identifier-matches',
    fails: certificate({
      extensions: extensionsWith({ authority: extension(OID.authorityKeyIdentifier, sequence()) }),
    }),
    message: 'authorityKeyIdentifier has no keyIdentifier',
  },
  {
    rule: 'rfc5280/authority-key-identifier-pair',
    fails: certificate({
      extensions: extensionsWith({
        authority: extension(OID.authorityKeyIdentifier, sequence(implicit(0, KEY_ID), implicit(2, hex('05')))),
      }),
    }),
    message: 'authorityKeyIdentifier names issuer or serial number alone: authorityCertIssuer is absent',
    passes: certificate({
      extensions: extensionsWith({
        authority: extension(
          OID.authorityKeyIdentifier,
          sequence(implicit(0, KEY_ID), explicit(1, explicit(4, made.NAME)), implicit(2, hex('05'))),
        ),
      }),
    }),
  },
  {
    rule: 'rfc5280/policies-distinct',
    fails: withExtension(policies(policy('2.23.140.1.2.1'), policy('2.23.140.1.2.1'))),
    message: 'the policy 2.23.140.1.2.1 is there more than once',
    passes: withExtension(policies(policy('2.23.140.1.2.1'), policy('2.23.140.1.2.2'))),
  },
  {
    rule: 'rfc5280/crl-distribution-points-not-critical',
    fails: withExtension(extension(OID.cRLDistributionPoints, sequence(made.HTTP_POINT), true)),
    message: 'cRLDistributionPoints is critical',
    passes: withExtension(made.distributionPoints(made.HTTP_POINT)),
  },
  {
    rule: 'rfc5280/crl-distribution-points-named',
    fails: withExtension(made.distributionPoints(sequence(element(contextPrimitive(1), hex('0640'))))),
    message: 'distribution point 1 has neither a name nor a CRL issuer',
    passes: withExtension(made.distributionPoints(made.HTTP_POINT, sequence(explicit(2, explicit(4, made.NAME))))),
  },
  {
    rule: 'rfc5280/authority-info-access-not-critical',
    fails: withExtension(infoAccess(true)),
    message: 'authorityInfoAccess is critical',
    passes: withExtension(infoAccess(false)),
  },
];

/** DER that no rule but the first may see. */
export const NOT_DER: readonly (readonly [what: string, der: Uint8Array])[] = [
  ['a set out of order', certificate({ subject: sequence(element(TAG.set, ...unordered())) })],
  ['an RDN without an attribute', certificate({ subject: sequence(set()) })],
  ['a signature with unused bits', sequence(bitString(hex('80'), 7))],
];

/** Elements of a SET OF the wrong way round. */
function unordered(): Uint8Array[] {
  return [made.attribute(OID.commonName, utf8String('b')), made.attribute(OID.commonName, utf8String('a'))];
}
