import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import {
  type CrlReason,
  cRLDistributionPoints,
  cRLNumber,
  type DistributionPoint,
  deltaCRLIndicator,
  freshestCRL,
  type IssuingDistributionPoint,
  invalidityDate,
  issuingDistributionPoint,
  reasonCode,
} from '../x509/crl-extensions.ts';
import {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  authorityInfoAccess,
  authorityKeyIdentifier,
  type BasicConstraints,
  basicConstraints,
  extKeyUsage,
  type KeyUsage,
  keyUsage,
  ocspNoCheck,
  subjectAltName,
  subjectInfoAccess,
  subjectKeyIdentifier,
} from '../x509/extensions.ts';
import type { GeneralName } from '../x509/general-name.ts';
import type { Certificate, CertificateList, Extension } from '../x509/model.ts';
import type { OcspResponseData } from '../x509/ocsp-response.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  type NameConstraints,
  nameConstraints,
  type PolicyConstraints,
  type PolicyInformation,
  type PolicyMapping,
  policyConstraints,
  policyMappings,
} from '../x509/policies.ts';

/** An extension whose value is not what its identifier says. */
export interface Malformed {
  readonly oid: string;
  readonly message: string;
}

/** A certificate as rules see it: each known extension read once, undefined where absent or malformed. */
export interface CertificateSubject {
  readonly certificate: Certificate;
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: KeyUsage | undefined;
  readonly extKeyUsage: readonly string[] | undefined;
  readonly certificatePolicies: readonly PolicyInformation[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly crlDistributionPoints: readonly DistributionPoint[] | undefined;
  readonly authorityInfoAccess: readonly AccessDescription[] | undefined;
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  readonly policyConstraints: PolicyConstraints | undefined;
  readonly policyMappings: readonly PolicyMapping[] | undefined;
  readonly malformed: readonly Malformed[];
}

/** A CRL as rules see it. Entries are read again each time they are iterated. */
export interface CrlSubject {
  readonly crl: CertificateList;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly crlNumber: bigint | undefined;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  readonly freshestCrl: readonly DistributionPoint[] | undefined;
  readonly malformed: readonly Malformed[];
}

/** An OCSP response as rules see it. */
export interface OcspSubject {
  readonly response: OcspResponseData;
}

type Reader<T> = (extensions: readonly Extension[]) => T | undefined;

/** Reads the first extension of each kind: that there are two is a rule's own finding. */
function readerOf(extensions: readonly Extension[], malformed: Malformed[]) {
  return <T>(oid: string, read: Reader<T>): T | undefined => {
    const first = extensions.find((extension) => extension.oid === oid);
    if (first === undefined) return undefined;
    try {
      return read([first]);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      malformed.push({ oid, message: error.message });
      return undefined;
    }
  };
}

export function certificateSubject(certificate: Certificate): CertificateSubject {
  const malformed: Malformed[] = [];
  const read = readerOf(certificate.extensions, malformed);
  // Those of which no rule asks for the value are read for their form alone.
  read(OID.subjectInfoAccess, subjectInfoAccess);
  read(OID.inhibitAnyPolicy, inhibitAnyPolicy);
  read(OID.ocspNoCheck, ocspNoCheck);
  return {
    certificate,
    basicConstraints: read(OID.basicConstraints, basicConstraints),
    keyUsage: read(OID.keyUsage, keyUsage),
    extKeyUsage: read(OID.extKeyUsage, extKeyUsage),
    certificatePolicies: read(OID.certificatePolicies, certificatePolicies),
    subjectKeyIdentifier: read(OID.subjectKeyIdentifier, subjectKeyIdentifier),
    authorityKeyIdentifier: read(OID.authorityKeyIdentifier, authorityKeyIdentifier),
    crlDistributionPoints: read(OID.cRLDistributionPoints, cRLDistributionPoints),
    authorityInfoAccess: read(OID.authorityInfoAccess, authorityInfoAccess),
    subjectAltName: read(OID.subjectAltName, subjectAltName),
    nameConstraints: read(OID.nameConstraints, nameConstraints),
    policyConstraints: read(OID.policyConstraints, policyConstraints),
    policyMappings: read(OID.policyMappings, policyMappings),
    malformed,
  };
}

export function crlSubject(crl: CertificateList): CrlSubject {
  const malformed: Malformed[] = [];
  const read = readerOf(crl.extensions, malformed);
  read(OID.deltaCRLIndicator, deltaCRLIndicator);
  return {
    crl,
    authorityKeyIdentifier: read(OID.authorityKeyIdentifier, authorityKeyIdentifier),
    crlNumber: read(OID.cRLNumber, cRLNumber),
    issuingDistributionPoint: read(OID.issuingDistributionPoint, issuingDistributionPoint),
    freshestCrl: read(OID.freshestCRL, freshestCRL),
    malformed,
  };
}

export interface EntryValues {
  readonly reason: CrlReason | undefined;
  readonly malformed: readonly Malformed[];
}

/** The extensions of one entry of a CRL. Entries that have the same array of them have them read once. */
export function entryValues(extensions: readonly Extension[]): EntryValues {
  let values = VALUES.get(extensions);
  if (values) return values;
  const malformed: Malformed[] = [];
  const read = readerOf(extensions, malformed);
  read(OID.invalidityDate, invalidityDate);
  values = { reason: read(OID.reasonCode, reasonCode), malformed };
  VALUES.set(extensions, values);
  return values;
}

const VALUES = new WeakMap<readonly Extension[], EntryValues>();

/** The first extension with that identifier. */
export function extensionOf(extensions: readonly Extension[], oid: string): Extension | undefined {
  return extensions.find((extension) => extension.oid === oid);
}

export function isCritical(extensions: readonly Extension[], oid: string): boolean {
  return extensionOf(extensions, oid)?.critical === true;
}
