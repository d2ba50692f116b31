import type { Octets } from '../base/octets.ts';
import type { DerTime } from '../der/time.ts';

/**
 * What a certificate and a CRL hold, as read from their bytes and without judgement: what RFC 5280 forbids but DER
 * can say is here for a linter to see. All byte arrays are views of the document.
 */

export interface AlgorithmIdentifier {
  readonly oid: string;
  /** The whole SEQUENCE; rules compare these bytes, not their parts (BR §7.1.3). */
  readonly der: Uint8Array;
  /** DER of the parameters, or undefined where they are absent. */
  readonly parameters: Uint8Array | undefined;
}

export interface NameAttribute {
  readonly oid: string;
  /** Identifier octet of the value's string type. */
  readonly tag: number;
  /** Unescaped: foreign text. `#` and the hex of the value's DER where it is not a character string. */
  readonly value: string;
  /** Index of the relative distinguished name it belongs to. */
  readonly rdn: number;
}

export interface Name {
  readonly der: Uint8Array;
  /** In the order of the encoding. */
  readonly attributes: readonly NameAttribute[];
}

export interface SubjectPublicKeyInfo {
  readonly der: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  /** Content of the BIT STRING, without the octet that counts unused bits. */
  readonly key: Uint8Array;
}

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Whether `critical` was written down; FALSE is the DEFAULT and DER omits it. */
  readonly criticalEncoded: boolean;
  /** Content of the OCTET STRING. */
  readonly value: Uint8Array;
  readonly der: Uint8Array;
}

export interface SerialNumber {
  /** Lower-case hex of the content octets, a leading 00 included. */
  readonly hex: string;
  readonly bytes: Uint8Array;
}

export interface TbsCertificate {
  /** The TBSCertificate itself: what is signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3, as people count. */
  readonly version: number;
  readonly serial: SerialNumber;
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly notBefore: DerTime;
  readonly notAfter: DerTime;
  readonly subject: Name;
  readonly spki: SubjectPublicKeyInfo;
  readonly hasIssuerUniqueId: boolean;
  readonly hasSubjectUniqueId: boolean;
  /** Whether the field is there: an empty one is a fault. */
  readonly extensionsPresent: boolean;
  /** In the order of the encoding. */
  readonly extensions: readonly Extension[];
}

export interface Certificate extends TbsCertificate {
  readonly der: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

export interface RevokedEntry {
  /** Lower-case hex of the content octets of userCertificate. */
  readonly serial: string;
  readonly at: DerTime;
  readonly extensionsPresent: boolean;
  readonly extensions: readonly Extension[];
  /** Where it stands in the `der` of its list: its first octet, and the one after its last. */
  readonly from: number;
  readonly to: number;
}

/** Entries of a CRL, checked once when it is parsed and read again from the bytes each time they are iterated. */
export interface RevokedEntries<Bytes extends Octets = Octets> extends Iterable<RevokedEntry> {
  readonly count: number;
  /** The entries as they stand, one after another: of two CRLs it says whether one begins with all of the other. */
  readonly der: Bytes;
  /** The first entry with this serial number. @param serial content octets, lower-case hex */
  find(serial: string): RevokedEntry | undefined;
  /** Serial numbers that stand there again, as often as they do. */
  repeated(): readonly string[];
}

/** What of a CRL may be as long as a million entries is where its document is: in memory, or in a file. */
export interface TbsCertList<Bytes extends Octets = Octets> {
  readonly tbs: Bytes;
  /** 2, or 1 where the field is absent. */
  readonly version: number;
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly thisUpdate: DerTime;
  readonly nextUpdate: DerTime | undefined;
  /** Whether the field is there: an empty one is a fault (RFC 5280 §5.1.2.6). */
  readonly revokedPresent: boolean;
  readonly revoked: RevokedEntries<Bytes>;
  readonly extensionsPresent: boolean;
  readonly extensions: readonly Extension[];
}

export interface CertificateList<Bytes extends Octets = Octets> extends TbsCertList<Bytes> {
  readonly der: Bytes;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}
