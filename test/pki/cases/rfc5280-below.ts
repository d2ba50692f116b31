import { OID } from '../../../src/der/oid.ts';
import {
  boolean,
  element,
  explicit,
  implicit,
  integer,
  oid,
  sequence,
  time,
  utf8String,
} from '../../../src/der/writer.ts';
import * as below from '../below.ts';
import * as made from '../broken.ts';
import type { CertificateCase } from './case.ts';

const { address, constraints, cross, CROSS, dns, excluded, permitted, responder, RESPONDER, sub, SUB } = below;
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const root = (...extensions: readonly Uint8Array[]) => below.underRoot(made.certificate({ extensions }));
const number = (tag: number, value: number) => element(0x80 + tag, Uint8Array.of(value));
const constrained = (critical: boolean, ...fields: readonly Uint8Array[]) =>
  made.extension(OID.policyConstraints, sequence(...fields), critical);
const mapped = (critical: boolean, ...pairs: readonly (readonly [string, string])[]) =>
  made.extension(OID.policyMappings, sequence(...pairs.map(([from, to]) => sequence(oid(from), oid(to)))), critical);
const anyWith = (qualifier: string) =>
  made.extension(
    OID.certificatePolicies,
    sequence(sequence(oid(OID.anyPolicy), sequence(sequence(oid(qualifier), utf8String('x'))))),
  );
const crlAt = (url: string) => made.distributionPoints(sequence(made.fullName(made.uri(url))));
const someReasons = sequence(made.fullName(made.uri('http://pki.example.com/root.crl')), implicit(1, made.hex('0640')));
const usage = (...bits: readonly number[]) => [made.basicConstraints, made.keyUsage(...bits), made.subjectKeyId];

export const RFC5280_BELOW: readonly CertificateCase[] = [
  {
    rule: 'rfc5280/authority-key-identifier-present',
    fails: sub({ aki: undefined }),
    message: 'authorityKeyIdentifier is absent',
    context: SUB,
  },
  {
    rule: 'rfc5280/authority-key-identifier-matches',
    fails: sub({ aki: made.extension(OID.authorityKeyIdentifier, sequence(implicit(0, below.SUB_KEY_ID))) }),
    message: `authorityKeyIdentifier is ${toHex(below.SUB_KEY_ID)}, expected the issuer's ${toHex(made.KEY_ID)}`,
    context: SUB,
  },
  {
    // The same name in another encoding is another issuer.
    rule: 'rfc5280/issuer-name-matches',
    fails: sub({}, { issuer: below.SUB_NAME }),
    message: `the issuer is ${toHex(below.SUB_NAME)}, expected ${toHex(made.NAME)}`,
    context: SUB,
  },
  {
    rule: 'rfc5280/issuer-is-ca',
    fails: sub(),
    message: "the issuer's certificate has no cA TRUE",
    context: root(made.extension(OID.basicConstraints, sequence(), true), made.keyUsage(5, 6), made.subjectKeyId),
    passesIn: SUB,
  },
  {
    rule: 'rfc5280/issuer-in-validity',
    fails: sub(),
    message:
      'it is signed at 2027-03-01T08:59:59Z, and the issuer is valid from 2027-03-01T09:00:00Z to 2037-03-01T08:59:59Z',
    context: { ...SUB, plannedAt: '2027-03-01T08:59:59Z' },
    passesIn: { ...SUB, plannedAt: '2027-03-01T09:00:00Z' },
  },
  {
    rule: 'rfc5280/issuer-in-validity',
    fails: sub(),
    message:
      'it is signed at 2037-03-01T09:00:00Z, and the issuer is valid from 2027-03-01T09:00:00Z to 2037-03-01T08:59:59Z',
    context: { ...SUB, plannedAt: '2037-03-01T09:00:00Z' },
    passesIn: { ...SUB, plannedAt: '2037-03-01T08:59:59Z' },
  },
  {
    rule: 'rfc5280/issuer-may-sign',
    fails: sub(),
    message: "the issuer's keyUsage lacks keyCertSign",
    context: root(...usage(6)),
    passesIn: root(...usage(5)),
  },
  {
    rule: 'rfc5280/issuer-path-length-allows',
    fails: sub(),
    message: "the issuer's path length is 0, which allows no CA below it",
    context: root(below.caOf(0), made.keyUsage(5, 6), made.subjectKeyId),
    passesIn: root(below.caOf(1), made.keyUsage(5, 6), made.subjectKeyId),
  },
  {
    rule: 'rfc5280/validity-within-issuer',
    fails: sub({}, { notAfter: time('2037-03-01T09:00:00Z') }),
    message: "notAfter 2037-03-01T09:00:00Z is after the issuer's, 2037-03-01T08:59:59Z",
    passes: sub({}, { notAfter: time('2037-03-01T08:59:59Z') }),
    context: SUB,
  },
  {
    rule: 'rfc5280/validity-within-issuer',
    fails: sub({}, { notBefore: time('2027-03-01T08:59:59Z') }),
    message: "notBefore 2027-03-01T08:59:59Z is before the issuer's, 2027-03-01T09:00:00Z",
    context: SUB,
  },
  {
    rule: 'rfc5280/ca-extensions-in-ca-only',
    fails: responder({
      names: constraints(true, permitted(dns('example.com'))),
      policies: constrained(true, number(0, 0)),
      mappings: mapped(true, ['1.2.3', '1.2.4']),
      inhibit: made.extension(OID.inhibitAnyPolicy, integer(0), true),
    }),
    message: ['nameConstraints', 'policyConstraints', 'policyMappings', 'inhibitAnyPolicy']
      .map((name) => `${name} is present, which only a CA may have`)
      .join('\n'),
    context: RESPONDER,
  },
  {
    rule: 'rfc5280/name-constraints-critical',
    fails: sub({ names: constraints(false, permitted(dns('example.com'))) }),
    message: 'nameConstraints is not critical',
    passes: sub({ names: constraints(true, permitted(dns('example.com'))) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/name-constraints-not-empty',
    fails: sub({ names: constraints(true) }),
    message: 'nameConstraints neither permits nor excludes anything',
    passes: sub({ names: constraints(true, excluded(dns('example.com'))) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/name-constraints-bounds',
    fails: sub({
      names: constraints(
        true,
        excluded(sequence(implicit(2, new TextEncoder().encode('a')), number(0, 1), number(1, 2))),
      ),
    }),
    message:
      'a subtree of dNSName has the minimum 1, expected none\na subtree of dNSName has the maximum 2, expected none',
    passes: sub({ names: constraints(true, excluded(dns('a'))) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/name-constraints-kinds',
    fails: sub({ names: constraints(true, excluded(sequence(element(0x88, made.hex('2a03'))))) }),
    message: 'a subtree is of the kind registeredID, which must not be constrained',
    passes: sub({ names: constraints(true, excluded(dns('a'))) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/name-constraints-addresses',
    fails: sub({ names: constraints(true, permitted(address(10, 0, 0, 0, 255, 0, 255, 0), address(10, 0, 0, 1))) }),
    message: [
      'the subtree 10.0.0.0/255.0.255.0 is no range of addresses, expected an address and a mask of ones before zeros',
      'the subtree 10.0.0.1 is no range of addresses, expected an address and a mask of ones before zeros',
    ].join('\n'),
    passes: sub({ names: constraints(true, permitted(address(10, 0, 0, 0, 255, 192, 0, 0))) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policy-constraints-critical',
    fails: sub({ extra: constrained(false, number(0, 0)) }),
    message: 'policyConstraints is not critical',
    passes: sub({ extra: constrained(true, number(0, 0)) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policy-constraints-not-empty',
    fails: sub({ extra: constrained(true) }),
    message: 'policyConstraints is empty',
    passes: sub({ extra: constrained(true, number(1, 0)) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/inhibit-any-policy-critical',
    fails: sub({ extra: made.extension(OID.inhibitAnyPolicy, integer(0)) }),
    message: 'inhibitAnyPolicy is not critical',
    passes: sub({ extra: made.extension(OID.inhibitAnyPolicy, integer(0), true) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policy-mappings-critical',
    fails: sub({ extra: mapped(false, ['1.2.3', '1.2.4']) }),
    message: 'policyMappings is not critical',
    passes: sub({ extra: mapped(true, ['1.2.3', '1.2.4']) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policy-mappings-not-any',
    fails: sub({ extra: mapped(true, [OID.anyPolicy, '1.2.4'], ['1.2.3', OID.anyPolicy]) }),
    message: [
      'the policy 2.5.29.32.0 is mapped to 1.2.4, and one of them is anyPolicy',
      'the policy 1.2.3 is mapped to 2.5.29.32.0, and one of them is anyPolicy',
    ].join('\n'),
    passes: sub({ extra: mapped(true, ['1.2.3', '1.2.4']) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policy-mappings-asserted',
    fails: sub({ extra: mapped(true, ['1.2.3', '1.2.4'], ['1.2.3', '1.2.5']) }),
    message: 'the policy 1.2.3 is mapped, and certificatePolicies does not name it',
    passes: sub({ extra: mapped(true, [OID.domainValidated, '1.2.4']) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/policies-any-qualifiers',
    fails: sub({ policies: anyWith('1.2.3') }),
    message: 'anyPolicy has the qualifier 1.2.3, expected cps or userNotice',
    passes: sub({ policies: anyWith(OID.cps) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/urls-absolute',
    fails: sub({ crl: crlAt('root.crl'), access: below.access(OID.caIssuers, '/root.crt') }),
    message: '"root.crl" is no absolute URL\n"/root.crt" is no absolute URL',
    context: SUB,
  },
  {
    rule: 'rfc5280/crl-distribution-points-reachable',
    fails: sub({ crl: crlAt('ftp://pki.example.com/root.crl') }),
    message: 'distribution point 1 has no URL of http or ldap',
    passes: sub({ crl: crlAt('ldap://pki.example.com/cn=root') }),
    context: SUB,
  },
  {
    rule: 'rfc5280/crl-distribution-points-all-reasons',
    fails: sub({ crl: made.distributionPoints(someReasons) }),
    message: 'every distribution point is for some reasons only, expected one for all of them',
    passes: sub({ crl: made.distributionPoints(someReasons, made.HTTP_POINT) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/extended-key-usage-any-not-critical',
    fails: sub({ eku: made.extension(OID.extKeyUsage, sequence(oid(OID.anyExtendedKeyUsage)), true) }),
    message: 'extKeyUsage is critical',
    passes: sub({ eku: below.purposes(OID.anyExtendedKeyUsage) }),
    context: SUB,
  },
  {
    rule: 'rfc5280/cross-key-identifier-kept',
    fails: cross({ ski: below.keyId(below.SUB_KEY_ID) }),
    message: `subjectKeyIdentifier is ${toHex(below.SUB_KEY_ID)}, and that of the existing certificate ${toHex(below.OTHER_KEY_ID)}`,
    context: CROSS,
  },
  {
    rule: 'rfc5280/responder-purpose',
    fails: responder({ eku: below.purposes(OID.clientAuth) }),
    message: 'extKeyUsage lacks OCSPSigning',
    context: RESPONDER,
  },
  {
    rule: 'rfc5280/responder-key-usage',
    fails: responder({ usage: made.keyUsage(2) }),
    message: 'keyUsage has neither digitalSignature nor nonRepudiation',
    passes: responder({ usage: made.keyUsage(1) }),
    context: RESPONDER,
  },
  {
    rule: 'rfc5280/responder-key-identifier-present',
    fails: responder({ ski: undefined }),
    message: 'subjectKeyIdentifier is absent',
    context: RESPONDER,
  },
  {
    rule: 'rfc5280/ocsp-no-check-not-critical',
    fails: responder({ noCheck: made.extension(OID.ocspNoCheck, made.hex('0500'), true) }),
    message: 'ocspNoCheck is critical',
    context: RESPONDER,
  },
  {
    // Its value is NULL, and nothing else is.
    rule: 'rfc5280/extension-values',
    fails: responder({ noCheck: made.extension(OID.ocspNoCheck, boolean(true)) }),
    message: 'ocspNoCheck: ocspNoCheck, byte 0: expected NULL for id-pkix-ocsp-nocheck, found BOOLEAN',
    context: RESPONDER,
  },
  {
    // Without a name of its own a responder is named by subjectAltName, or not at all.
    rule: 'rfc5280/subject-present',
    fails: responder({}, { subject: sequence() }),
    message: 'the subject is an empty name',
    context: RESPONDER,
  },
  {
    // A responder is no CA: what a CA must have it need not.
    rule: 'rfc5280/basic-constraints-present',
    fails: sub({ basic: undefined }),
    message: 'basicConstraints is absent or unreadable, expected cA TRUE',
    context: SUB,
  },
  {
    rule: 'rfc5280/version-3',
    fails: sub({}, { version: explicit(0, integer(1)) }),
    message: 'the version is 2, expected 3',
    context: SUB,
  },
];
