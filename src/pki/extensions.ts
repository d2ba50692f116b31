import { OID } from '../der/oid.ts';
import { boolean, integer, nullValue, octetString, oid, sequence } from '../der/writer.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoint,
  issuingDistributionPoint,
  keyUsage,
  nameConstraints,
  policyConstraints,
} from './extension-values.ts';
import type { CertificateFields } from './profile.ts';
import { purposeOid } from './purposes.ts';
import type { CrlRequest } from './request.ts';

/** One extension as a request demands it, its value in our own encoding. */
export interface WantedExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER of the value, inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/**
 * The extensions of a certificate with these fields, in the order in which we write them. Critical are those that
 * RFC 5280 wants so: basicConstraints (§4.2.1.9), keyUsage (§4.2.1.3), nameConstraints (§4.2.1.10), policyConstraints
 * (§4.2.1.11) and inhibitAnyPolicy (§4.2.1.14); no other is (TLS BR §7.1.2.1.2, §7.1.2.6.1, §7.1.2.8.2).
 */
export function certificateExtensions(
  fields: CertificateFields,
  keyIdentifiers: { readonly subject: Uint8Array; readonly authority: Uint8Array },
): WantedExtension[] {
  const wanted: WantedExtension[] = [];
  const add = (identifier: string, value: Uint8Array) => wanted.push({ oid: identifier, critical: false, value });
  const critical = (identifier: string, value: Uint8Array) => wanted.push({ oid: identifier, critical: true, value });
  const { 'extended-key-usage': purposes, policies, 'ca-issuers': caIssuers, ocsp, crl } = fields;
  const inhibit = fields['inhibit-any-policy'];

  critical(OID.basicConstraints, basicConstraints(fields['basic-constraints'], fields['path-length']));
  critical(OID.keyUsage, keyUsage(fields['key-usage']));
  if (purposes) add(OID.extKeyUsage, sequence(...purposes.map((purpose) => oid(purposeOid(purpose)))));
  if (policies) add(OID.certificatePolicies, certificatePolicies(policies));
  if (fields['name-constraints']) critical(OID.nameConstraints, nameConstraints(fields['name-constraints']));
  if (fields['policy-constraints']) critical(OID.policyConstraints, policyConstraints(fields['policy-constraints']));
  if (inhibit !== undefined) critical(OID.inhibitAnyPolicy, integer(inhibit));
  add(OID.subjectKeyIdentifier, octetString(keyIdentifiers.subject));
  add(OID.authorityKeyIdentifier, authorityKeyIdentifier(keyIdentifiers.authority));
  if (crl) add(OID.cRLDistributionPoints, crlDistributionPoint(crl));
  if (ocsp || caIssuers) add(OID.authorityInfoAccess, authorityInfoAccess(ocsp, caIssuers));
  if (fields['ocsp-no-check']) add(OID.ocspNoCheck, nullValue());
  return wanted;
}

/**
 * The extensions of a CRL: of a full one the first two alone, not critical (RFC 5280 §5.2.1, §5.2.3; TLS BR §7.2.2). What makes
 * it a delta CRL is critical (§5.2.4); where its delta CRLs are is not (§5.2.6).
 */
export function crlExtensions(
  authority: Uint8Array,
  number: bigint,
  { base, freshest, scope }: Pick<CrlRequest, 'base' | 'freshest' | 'scope'> = {},
): WantedExtension[] {
  return [
    { oid: OID.authorityKeyIdentifier, critical: false, value: authorityKeyIdentifier(authority) },
    { oid: OID.cRLNumber, critical: false, value: integer(number) },
    ...(base === undefined ? [] : [{ oid: OID.deltaCRLIndicator, critical: true, value: integer(base) }]),
    ...(scope === undefined
      ? []
      : [{ oid: OID.issuingDistributionPoint, critical: true, value: issuingDistributionPoint(scope) }]),
    ...(freshest === undefined
      ? []
      : [{ oid: OID.freshestCRL, critical: false, value: crlDistributionPoint(freshest) }]),
  ];
}

/** The whole Extension (RFC 5280 §4.1): `critical` is written only where it is TRUE (X.690 §11.5). */
export function encodeExtension({ oid: identifier, critical, value }: WantedExtension): Uint8Array {
  return critical
    ? sequence(oid(identifier), boolean(true), octetString(value))
    : sequence(oid(identifier), octetString(value));
}
