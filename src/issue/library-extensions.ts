import { AsnConvert, AsnNullConverter } from '@peculiar/asn1-schema';
import {
  CertificatePolicies,
  DisplayText,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  InhibitAnyPolicy,
  id_ce_certificatePolicies,
  id_ce_inhibitAnyPolicy,
  id_ce_nameConstraints,
  id_ce_policyConstraints,
  Name,
  NameConstraints,
  PolicyConstraints,
  PolicyInformation,
  PolicyQualifierInfo,
  Qualifier,
  UserNotice,
} from '@peculiar/asn1-x509';
import type { Extension } from '@peculiar/x509';
import { kept } from '../base/remembered.ts';
import { hexOf } from '../der/values.ts';
import { subjectOf } from '../pki/name.ts';
import type { NameConstraints as Constraints, NameSubtrees } from '../pki/name-constraint-fields.ts';
import type { PolicyItem } from '../pki/policy-fields.ts';
import type { CertificateFields } from '../pki/profile.ts';
import { purposeOid } from '../pki/purposes.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import type { X509 } from './library.ts';
import { libraryName } from './library-name.ts';

/**
 * The extensions of a profile as the library's own classes, in the order in which we write them. For name and policy
 * constraints, inhibitAnyPolicy and qualifiers @peculiar/x509 has no class; those are written by the ASN.1 types of
 * @peculiar/asn1-x509, which it rests on.
 */
export function libraryExtensions(
  x509: X509,
  fields: CertificateFields,
  subject: Uint8Array,
  authority: Uint8Array,
): Extension[] {
  const { before, after } = shared(JSON.stringify([fields, hexOf(authority)]), () => alike(x509, fields, authority));
  return [...before, new x509.SubjectKeyIdentifierExtension(hexOf(subject), false), ...after];
}

/** Of the certificates of one profile below one CA all extensions are the same but one. */
const shared = kept<string, Alike>(16);

interface Alike {
  readonly before: readonly Extension[];
  readonly after: readonly Extension[];
}

/** What stands before and after the subject key identifier. */
function alike(x509: X509, fields: CertificateFields, authority: Uint8Array): Alike {
  const { 'extended-key-usage': purposes, policies, crl, ocsp, 'ca-issuers': caIssuers } = fields;
  const { 'name-constraints': names, 'policy-constraints': policy, 'inhibit-any-policy': inhibit } = fields;
  const critical = (oid: string, value: unknown) => new x509.Extension(oid, true, AsnConvert.serialize(value));
  const before = [
    new x509.BasicConstraintsExtension(fields['basic-constraints'] === 'ca', fields['path-length'], true),
    new x509.KeyUsagesExtension(usageFlags(fields['key-usage']), true),
    ...(purposes ? [new x509.ExtendedKeyUsageExtension(purposes.map(purposeOid), false)] : []),
    ...(policies ? [policiesExtension(x509, policies)] : []),
    ...(names ? [critical(id_ce_nameConstraints, nameConstraints(x509, names))] : []),
    ...(policy ? [critical(id_ce_policyConstraints, policyConstraints(policy))] : []),
    ...(inhibit === undefined ? [] : [critical(id_ce_inhibitAnyPolicy, new InhibitAnyPolicy(skipCerts(inhibit)))]),
  ];
  const after = [
    new x509.AuthorityKeyIdentifierExtension(hexOf(authority), false),
    ...(crl ? [new x509.CRLDistributionPointsExtension([crl], false)] : []),
    ...(ocsp || caIssuers
      ? [new x509.AuthorityInfoAccessExtension({ ...(ocsp && { ocsp }), ...(caIssuers && { caIssuers }) }, false)]
      : []),
    ...(fields['ocsp-no-check']
      ? [new x509.Extension(OCSP_NO_CHECK, false, AsnNullConverter.toASN(null).toBER())]
      : []),
  ];
  return { before, after };
}

/** RFC 6960 §4.2.2.2.1. No package of the library knows it, and its serializer refuses a NULL that stands alone. */
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5';

/** RFC 5280 §4.2.1.4 id-qt-cps and id-qt-unotice; the library has their values, and not their numbers. */
const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

/** The library's KeyUsageFlags have bit n of RFC 5280 §4.2.1.3 as 2^n. */
function usageFlags(names: readonly KeyUsageName[]): number {
  return names.reduce((flags, name) => flags | (1 << KEY_USAGES.indexOf(name)), 0);
}

function policiesExtension(x509: X509, policies: readonly PolicyItem[]): Extension {
  const value = new CertificatePolicies(policies.map(policyInformation));
  return new x509.Extension(id_ce_certificatePolicies, false, AsnConvert.serialize(value));
}

function policyInformation(item: PolicyItem): PolicyInformation {
  if (typeof item === 'string') return new PolicyInformation({ policyIdentifier: item });
  const qualifier = (policyQualifierId: string, value: Qualifier) =>
    new PolicyQualifierInfo({ policyQualifierId, qualifier: AsnConvert.serialize(value) });
  const notice = (text: string) => new UserNotice({ explicitText: new DisplayText({ utf8String: text }) });
  return new PolicyInformation({
    policyIdentifier: item.policy,
    policyQualifiers: [
      ...(item.cps === undefined ? [] : [qualifier(CPS, new Qualifier({ cPSuri: item.cps }))]),
      ...(item.notice === undefined
        ? []
        : [qualifier(USER_NOTICE, new Qualifier({ userNotice: notice(item.notice) }))]),
    ],
  });
}

function policyConstraints(constraints: NonNullable<CertificateFields['policy-constraints']>): PolicyConstraints {
  const { 'require-explicit-policy': explicitPolicy, 'inhibit-policy-mapping': mapping } = constraints;
  return new PolicyConstraints({
    ...(explicitPolicy === undefined ? {} : { requireExplicitPolicy: skipCerts(explicitPolicy) }),
    ...(mapping === undefined ? {} : { inhibitPolicyMapping: skipCerts(mapping) }),
  });
}

/** The library takes the content octets of an INTEGER as they are: from 128 on a zero keeps it positive. */
function skipCerts(count: number): ArrayBuffer {
  return Uint8Array.from(count < 128 ? [count] : [0, count]).buffer;
}

function nameConstraints(x509: X509, { permitted, excluded }: Constraints): NameConstraints {
  return new NameConstraints({
    ...(permitted && { permittedSubtrees: subtrees(x509, permitted) }),
    ...(excluded && { excludedSubtrees: subtrees(x509, excluded) }),
  });
}

function subtrees(x509: X509, { dns, ip, email, uri, directory }: NameSubtrees): GeneralSubtrees {
  const names = [
    ...(dns ?? []).map((dNSName) => new GeneralName({ dNSName })),
    // It computes address and mask from CIDR notation by itself.
    ...(ip ?? []).map((iPAddress) => new GeneralName({ iPAddress })),
    ...(email ?? []).map((rfc822Name) => new GeneralName({ rfc822Name })),
    ...(uri ?? []).map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
    ...(directory ?? []).map((mapping) => {
      const der = libraryName(x509, subjectOf(mapping)).toArrayBuffer();
      return new GeneralName({ directoryName: AsnConvert.parse(der, Name) });
    }),
  ];
  return new GeneralSubtrees(names.map((base) => new GeneralSubtree({ base })));
}
