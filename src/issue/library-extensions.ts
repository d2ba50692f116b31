import type { Extension } from '@peculiar/x509';
import { hexOf } from '../der/values.ts';
import type { CertificateFields } from '../pki/profile.ts';
import { purposeOid } from '../pki/purposes.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import type { X509 } from './library.ts';

/** The extensions of a profile as the library's own classes, in the order in which we write them. */
export function libraryExtensions(
  x509: X509,
  fields: CertificateFields,
  subject: Uint8Array,
  authority: Uint8Array,
): Extension[] {
  const { 'path-length': pathLength, 'extended-key-usage': purposes, policies, crl, 'ca-issuers': caIssuers } = fields;
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(usageFlags(fields['key-usage']), true),
    ...(purposes ? [new x509.ExtendedKeyUsageExtension(purposes.map(purposeOid), false)] : []),
    ...(policies ? [new x509.CertificatePolicyExtension([...policies], false)] : []),
    new x509.SubjectKeyIdentifierExtension(hexOf(subject), false),
    new x509.AuthorityKeyIdentifierExtension(hexOf(authority), false),
    ...(crl ? [new x509.CRLDistributionPointsExtension([crl], false)] : []),
    ...(caIssuers ? [new x509.AuthorityInfoAccessExtension({ caIssuers }, false)] : []),
  ];
}

/** The library's KeyUsageFlags have bit n of RFC 5280 §4.2.1.3 as 2^n. */
function usageFlags(names: readonly KeyUsageName[]): number {
  return names.reduce((flags, name) => flags | (1 << KEY_USAGES.indexOf(name)), 0);
}
