import { OID } from '../../../src/der/oid.ts';
import { contextPrimitive } from '../../../src/der/tags.ts';
import {
  boolean,
  element,
  explicit,
  ia5String,
  implicit,
  integer,
  oid,
  printableString,
  sequence,
  set,
  time,
  utf8String,
} from '../../../src/der/writer.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';
import { close, good, roca } from './rsa-moduli.ts';

const { certificate, extension, extensionsWith, hex, KEY_ID, nameWith, rdn } = made;
const withExtension = (...extra: readonly Uint8Array[]) => certificate({ extensions: [...made.EXTENSIONS, ...extra] });
const named = (...rdns: readonly Uint8Array[]) => certificate({ name: sequence(...rdns) });
const access = (method: string, location: Uint8Array) =>
  extension(OID.authorityInfoAccess, sequence(sequence(oid(method), location)));
const rsaSigned = {
  signature: hex('300d06092a864886f70d01010c0500'),
  signatureAlgorithm: hex('300d06092a864886f70d01010c0500'),
};
const otherName = sequence(made.country, made.organization, rdn(OID.commonName, utf8String('Another')));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

export const CABF_TLS_CERTIFICATE: readonly CertificateCase[] = [
  {
    rule: 'cabf-tls/serial-entropy',
    fails: certificate({ serial: integer(hex('01000000000001')) }),
    message: 'the serial number has 7 octets, expected at least 8',
    passes: certificate({ serial: integer(hex('0100000000000001')) }),
  },
  {
    rule: 'cabf-tls/name-single-attribute',
    fails: named(
      made.country,
      set(
        made.attribute(OID.organizationName, utf8String('Example Org')),
        made.attribute(OID.commonName, utf8String('Root')),
      ),
    ),
    message: 'subject: relative distinguished name 2 holds more than one attribute',
  },
  {
    rule: 'cabf-tls/name-order',
    fails: named(made.organization, made.country, made.commonName),
    message: 'subject: countryName stands after organizationName, expected it before',
  },
  {
    rule: 'cabf-tls/name-order',
    fails: named(made.country, rdn(OID.domainComponent, ia5String('com')), made.organization),
    message: 'subject: domainComponent stands after countryName, expected it before',
    passes: named(
      rdn(OID.domainComponent, ia5String('com')),
      rdn(OID.domainComponent, ia5String('example')),
      made.country,
    ),
  },
  {
    rule: 'cabf-tls/name-distinct',
    fails: named(made.country, made.organization, made.organization, made.commonName),
    message: 'subject: organizationName is there more than once',
    passes: named(
      rdn(OID.domainComponent, ia5String('com')),
      rdn(OID.domainComponent, ia5String('example')),
      made.organization,
    ),
  },
  {
    rule: 'cabf-tls/name-encoding',
    fails: named(rdn(OID.domainComponent, utf8String('com')), made.organization),
    message: 'subject: domainComponent is a UTF8String, expected IA5String',
    passes: named(
      rdn(OID.domainComponent, ia5String('com')),
      rdn(OID.organizationName, printableString('Example Org')),
    ),
  },
  {
    rule: 'cabf-tls/name-length',
    fails: named(made.country, rdn(OID.postalCode, utf8String('ß'.repeat(41))), made.organization),
    message: 'subject: postalCode has 41 characters, expected at most 40',
    passes: named(made.country, rdn(OID.postalCode, utf8String('ß'.repeat(40))), made.organization),
  },
  {
    rule: 'cabf-tls/ca-country-name-present',
    fails: named(made.organization, made.commonName),
    message: 'the subject has no countryName',
  },
  {
    rule: 'cabf-tls/ca-country-name-assigned',
    fails: named(rdn(OID.countryName, printableString('us')), made.organization, made.commonName),
    message: 'countryName is "us", expected two capital letters of ISO 3166-1',
  },
  {
    rule: 'cabf-tls/ca-organization-name-present',
    fails: named(made.country, made.commonName),
    message: 'the subject has no organizationName',
  },
  {
    rule: 'cabf-tls/ca-common-name-present',
    fails: named(made.country, made.organization),
    message: 'the subject has no commonName',
  },
  {
    rule: 'cabf-tls/ca-organizational-unit-absent',
    fails: named(made.country, made.organization, rdn(OID.organizationalUnitName, utf8String('PKI')), made.commonName),
    message: 'the subject has an organizationalUnitName',
  },
  {
    rule: 'cabf-tls/ca-other-attributes-absent',
    fails: certificate({ name: nameWith(rdn(OID.serialNumber, printableString('7'))) }),
    message: 'the subject has serialNumber, which is not recommended',
  },
  {
    // A curve given by parameters other than its name alone.
    rule: 'cabf-tls/public-key-algorithm',
    fails: certificate({ spki: made.SPKI.with(made.SPKI.length - 98 - 3, 0x0a) }),
    message:
      "the public key's algorithm is 301006072a8648ce3d020106052b8104000a, expected that of RSA, P-256, P-384 or P-521",
  },
  {
    rule: 'cabf-tls/public-key-quality',
    fails: certificate({ spki: made.SPKI.with(made.SPKI.length - 1, made.SPKI.at(-1)! ^ 1) }),
    message: 'EC point is not on the curve P-384',
  },
  {
    rule: 'cabf-tls/public-key-quality',
    fails: certificate({ spki: made.rsaSpki(good, 3n), ...rsaSigned }),
    message: 'RSA exponent is 3, expected at least 65537',
    passes: certificate({ spki: made.rsaSpki(good), ...rsaSigned }),
  },
  {
    rule: 'cabf-tls/rsa-close-primes',
    fails: certificate({ spki: made.rsaSpki(close), ...rsaSigned }),
    message: "the RSA modulus is the product of two close numbers: 110 rounds of Fermat's method factor it",
    passes: certificate({ spki: made.rsaSpki(good), ...rsaSigned }),
  },
  {
    rule: 'cabf-tls/rsa-roca',
    fails: certificate({ spki: made.rsaSpki(roca), ...rsaSigned }),
    message: 'the RSA modulus has the ROCA fingerprint',
    passes: certificate({ spki: made.rsaSpki(good), ...rsaSigned }),
  },
  {
    // SHA-1 with RSA.
    rule: 'cabf-tls/signature-algorithm',
    fails: certificate({
      signature: hex('300d06092a864886f70d0101050500'),
      signatureAlgorithm: hex('300d06092a864886f70d0101050500'),
    }),
    message: 'the signature algorithm is 300d06092a864886f70d0101050500, expected one of RSA or ECDSA with SHA-2',
    passes: certificate(rsaSigned),
  },
  {
    rule: 'cabf-tls/signature-algorithm-fits-key',
    fails: certificate({ signature: made.ECDSA_SHA256, signatureAlgorithm: made.ECDSA_SHA256 }),
    message: 'the signature algorithm is ECDSA with SHA-256, which is not for a key of P-384',
    passes: certificate({ spki: made.rsaSpki(good), ...rsaSigned }),
  },
  {
    rule: 'cabf-tls/root-self-issued',
    fails: certificate({ issuer: otherName }),
    message: `the issuer is ${toHex(otherName)}, but the subject ${toHex(made.NAME)}`,
  },
  {
    // 2922 days end with the second before: 2027-03-01 + 2922 days is 2035-03-01.
    rule: 'cabf-tls/root-validity',
    fails: certificate({ notAfter: time('2035-03-01T08:59:58Z') }),
    message: 'the validity is 2921 days and 86399 seconds, expected 2922 to 9132 days',
    passes: certificate({ notAfter: time('2035-03-01T08:59:59Z') }),
  },
  {
    rule: 'cabf-tls/root-validity',
    fails: certificate({ notAfter: time('2052-03-01T09:00:00Z') }),
    message: 'the validity is 9132 days and 1 second, expected 2922 to 9132 days',
    passes: certificate({ notAfter: time('2052-03-01T08:59:59Z') }),
  },
  {
    rule: 'cabf-tls/root-not-before',
    fails: certificate({ notBefore: time('2027-02-28T09:00:29Z') }),
    message:
      'notBefore is 2027-02-28T09:00:29Z, expected 2027-02-28T09:00:30Z to 2027-03-01T09:00:30Z, when it is signed',
    passes: certificate({ notBefore: time('2027-02-28T09:00:30Z') }),
  },
  {
    rule: 'cabf-tls/root-not-before',
    fails: certificate({ notBefore: time('2027-03-01T09:00:31Z') }),
    message:
      'notBefore is 2027-03-01T09:00:31Z, expected 2027-02-28T09:00:30Z to 2027-03-01T09:00:30Z, when it is signed',
    passes: certificate({ notBefore: time('2027-03-01T09:00:30Z') }),
  },
  {
    rule: 'cabf-tls/root-path-length-absent',
    fails: certificate({
      extensions: extensionsWith({ basic: extension(OID.basicConstraints, sequence(boolean(true), integer(1)), true) }),
    }),
    message: 'the path length is 1, which is not recommended in a root',
  },
  {
    rule: 'cabf-tls/key-usage-critical',
    fails: certificate({ extensions: extensionsWith({ usage: extension(OID.keyUsage, hex('03020106')) }) }),
    message: 'keyUsage is not critical',
  },
  {
    rule: 'cabf-tls/key-usage-required',
    fails: certificate({ extensions: extensionsWith({ usage: made.keyUsage(5) }) }),
    message: 'keyUsage lacks cRLSign',
  },
  {
    rule: 'cabf-tls/key-usage-permitted',
    fails: certificate({ extensions: extensionsWith({ usage: made.keyUsage(2, 5, 6) }) }),
    message: 'keyUsage has keyEncipherment, which a CA certificate must not',
    passes: certificate({ extensions: extensionsWith({ usage: made.keyUsage(0, 5, 6) }) }),
  },
  {
    rule: 'cabf-tls/root-extended-key-usage-absent',
    fails: withExtension(extension(OID.extKeyUsage, sequence(oid(OID.serverAuth)))),
    message: 'extKeyUsage is present, which a root must not have',
  },
  {
    rule: 'cabf-tls/root-policies-absent',
    fails: withExtension(extension(OID.certificatePolicies, sequence(sequence(oid(OID.anyPolicy))))),
    message: 'certificatePolicies is present, which is not recommended in a root',
  },
  {
    rule: 'cabf-tls/root-crl-distribution-points-absent',
    fails: withExtension(made.distributionPoints(made.HTTP_POINT)),
    message: 'cRLDistributionPoints is present, which a root should not have',
  },
  {
    rule: 'cabf-tls/root-other-extensions-absent',
    fails: withExtension(access(OID.caIssuers, made.uri('http://pki.example.com/root.crt'))),
    message: 'authorityInfoAccess is present, which is not recommended in a root',
  },
  {
    rule: 'cabf-tls/root-authority-key-identifier-present',
    fails: certificate({ extensions: made.EXTENSIONS.slice(0, 3) }),
    message: 'authorityKeyIdentifier is absent, which is recommended in a root',
  },
  {
    rule: 'cabf-tls/authority-key-identifier-form',
    fails: certificate({
      extensions: extensionsWith({
        authority: extension(
          OID.authorityKeyIdentifier,
          sequence(implicit(0, KEY_ID), explicit(1, explicit(4, made.NAME))),
        ),
      }),
    }),
    message: 'authorityKeyIdentifier has an authorityCertIssuer',
  },
  {
    rule: 'cabf-tls/authority-key-identifier-form',
    fails: certificate({
      extensions: extensionsWith({
        authority: extension(OID.authorityKeyIdentifier, sequence(implicit(0, KEY_ID), implicit(2, hex('05')))),
      }),
    }),
    message: 'authorityKeyIdentifier has an authorityCertSerialNumber',
  },
  {
    rule: 'cabf-tls/crl-distribution-points-form',
    fails: withExtension(made.distributionPoints(sequence(made.fullName(made.uri('ldap://pki.example.com/root'))))),
    message: 'distribution point 1 is "ldap://pki.example.com/root", expected a URL of the scheme http',
    passes: withExtension(made.distributionPoints(made.HTTP_POINT)),
  },
  {
    rule: 'cabf-tls/crl-distribution-points-form',
    fails: withExtension(
      made.distributionPoints(
        sequence(made.fullName(made.uri('http://pki.example.com/root.crl')), element(contextPrimitive(1), hex('0640'))),
      ),
    ),
    message: 'distribution point 1 has reasons',
    passes: withExtension(made.distributionPoints(made.HTTP_POINT)),
  },
  {
    rule: 'cabf-tls/crl-distribution-points-single',
    fails: withExtension(made.distributionPoints(made.HTTP_POINT, made.HTTP_POINT)),
    message: 'there are 2 distribution points, expected one',
    passes: withExtension(made.distributionPoints(made.HTTP_POINT)),
  },
  {
    rule: 'cabf-tls/authority-info-access-form',
    fails: withExtension(access(OID.caIssuers, implicit(2, new TextEncoder().encode('pki.example.com')))),
    message: 'the access location of caIssuers has a dNSName, expected a uniformResourceIdentifier',
    passes: withExtension(access(OID.caIssuers, made.uri('http://pki.example.com/root.crt'))),
  },
  {
    rule: 'cabf-tls/authority-info-access-form',
    fails: withExtension(access('1.3.6.1.5.5.7.48.3', made.uri('http://pki.example.com/time'))),
    message: 'the access method 1.3.6.1.5.5.7.48.3 is neither ocsp nor caIssuers',
    passes: withExtension(access(OID.ocsp, made.uri('http://ocsp.example.com/'))),
  },
];
