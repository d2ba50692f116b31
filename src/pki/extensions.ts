import { OID } from '../der/oid.ts';
import { boolean, explicit, implicit, integer, namedBitString, octetString, oid, sequence } from '../der/writer.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import type { CertificateFields } from './profile.ts';
import { purposeOid } from './purposes.ts';

/** One extension as a request demands it, its value in our own encoding. */
export interface WantedExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER of the value, inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/**
 * The extensions of a certificate with these fields, in the order in which we write them. basicConstraints and
 * keyUsage are critical, no other is (RFC 5280 §4.2.1; TLS BR §7.1.2.1.2).
 */
export function certificateExtensions(
  fields: CertificateFields,
  keyIdentifiers: { readonly subject: Uint8Array; readonly authority: Uint8Array },
): WantedExtension[] {
  const { 'path-length': pathLength, 'extended-key-usage': purposes, policies, 'ca-issuers': caIssuers, crl } = fields;
  const wanted: WantedExtension[] = [
    { oid: OID.basicConstraints, critical: true, value: basicConstraints(pathLength) },
    { oid: OID.keyUsage, critical: true, value: keyUsage(fields['key-usage']) },
  ];
  const add = (identifier: string, value: Uint8Array) => wanted.push({ oid: identifier, critical: false, value });
  if (purposes) add(OID.extKeyUsage, sequence(...purposes.map((purpose) => oid(purposeOid(purpose)))));
  if (policies) add(OID.certificatePolicies, sequence(...policies.map((policy) => sequence(oid(policy)))));
  add(OID.subjectKeyIdentifier, octetString(keyIdentifiers.subject));
  add(OID.authorityKeyIdentifier, authorityKeyIdentifier(keyIdentifiers.authority));
  if (crl) add(OID.cRLDistributionPoints, sequence(sequence(explicit(0, explicit(0, uri(crl))))));
  if (caIssuers) add(OID.authorityInfoAccess, sequence(sequence(oid(OID.caIssuers), uri(caIssuers))));
  return wanted;
}

/** The extensions of a full CRL: both non-critical (RFC 5280 §5.2.1, §5.2.3; TLS BR §7.2.2). */
export function crlExtensions(authority: Uint8Array, number: bigint): WantedExtension[] {
  return [
    { oid: OID.authorityKeyIdentifier, critical: false, value: authorityKeyIdentifier(authority) },
    { oid: OID.cRLNumber, critical: false, value: integer(number) },
  ];
}

/** The whole Extension (RFC 5280 §4.1): `critical` is written only where it is TRUE (X.690 §11.5). */
export function encodeExtension({ oid: identifier, critical, value }: WantedExtension): Uint8Array {
  return critical
    ? sequence(oid(identifier), boolean(true), octetString(value))
    : sequence(oid(identifier), octetString(value));
}

function basicConstraints(pathLength: number | undefined): Uint8Array {
  return pathLength === undefined ? sequence(boolean(true)) : sequence(boolean(true), integer(pathLength));
}

function keyUsage(names: readonly KeyUsageName[]): Uint8Array {
  return namedBitString(names.map((name) => KEY_USAGES.indexOf(name)));
}

/** keyIdentifier [0] alone (RFC 5280 §4.2.1.1; TLS BR §7.1.2.11.1). */
function authorityKeyIdentifier(keyIdentifier: Uint8Array): Uint8Array {
  return sequence(implicit(0, keyIdentifier));
}

/** GeneralName uniformResourceIdentifier [6] of an ASCII URL. */
function uri(url: string): Uint8Array {
  return implicit(6, new TextEncoder().encode(url));
}
