import { OID } from '../der/oid.ts';

/** Key purposes that have a name in scripts (RFC 5280 §4.2.1.12). */
export const PURPOSES = {
  serverAuth: OID.serverAuth,
  clientAuth: OID.clientAuth,
  codeSigning: OID.codeSigning,
  emailProtection: OID.emailProtection,
  timeStamping: OID.timeStamping,
  OCSPSigning: OID.OCSPSigning,
  anyExtendedKeyUsage: OID.anyExtendedKeyUsage,
} as const;

export function isPurposeName(value: string): value is keyof typeof PURPOSES {
  return Object.hasOwn(PURPOSES, value);
}

/** The object identifier of a purpose given by name or as one. */
export function purposeOid(purpose: string): string {
  return isPurposeName(purpose) ? PURPOSES[purpose] : purpose;
}

/** The one form of a purpose given by name or as an object identifier: its name where it has one. */
export function purposeName(purpose: string): string {
  return Object.keys(PURPOSES).find((name) => purposeOid(name) === purpose) ?? purpose;
}

/** Dotted decimal as X.660 allows it: first arc 0 to 2, second below 40 under 0 and 1, no leading zeros. */
export function isDottedOid(value: string): boolean {
  const match = /^([0-2])\.(0|[1-9][0-9]{0,38})(\.(0|[1-9][0-9]{0,38})){0,30}$/.exec(value);
  return match !== null && (match[1] === '2' || Number(match[2]) < 40);
}

/** Policies that are reserved for TLS servers (TLS BR §7.1.6.1). */
export const RESERVED_POLICIES: readonly string[] = [
  OID.domainValidated,
  OID.organizationValidated,
  OID.individualValidated,
  OID.extendedValidated,
];
