import { generateKeyPairSync, sign } from 'node:crypto';
import { OID } from '../../src/der/oid.ts';
import { contextPrimitive, TAG } from '../../src/der/tags.ts';
import {
  bitString,
  boolean,
  element,
  explicit,
  implicit,
  integer,
  namedBitString,
  octetString,
  oid,
  printableString,
  raw,
  sequence,
  set,
  time,
  utf8String,
} from '../../src/der/writer.ts';
import type { CertificateContext, CrlContext } from '../../src/pki/rule.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { deriveKeyIdentifier, parseSpki } from '../../src/x509/public-key.ts';

/** Certificates and CRLs that keep every rule but for what a test changes. Each part is DER. */

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const key = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export const SPKI = Uint8Array.from(key.publicKey.export({ type: 'spki', format: 'der' }));
export const KEY_ID = deriveKeyIdentifier(parseSpki(SPKI));
export const ECDSA_SHA384 = hex('300a06082a8648ce3d040303');
export const ECDSA_SHA256 = hex('300a06082a8648ce3d040302');

export const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), value);
export const rdn = (type: string, value: Uint8Array): Uint8Array => set(attribute(type, value));
export const country = rdn(OID.countryName, printableString('US'));
export const organization = rdn(OID.organizationName, utf8String('Example Org'));
export const commonName = rdn(OID.commonName, utf8String('Example Root CA G1'));
export const NAME = sequence(country, organization, commonName);
/** NAME with these relative distinguished names behind, or another list altogether. */
export const nameWith = (...rdns: readonly Uint8Array[]): Uint8Array =>
  sequence(country, organization, commonName, ...rdns);

export const extension = (type: string, value: Uint8Array, critical = false): Uint8Array =>
  critical ? sequence(oid(type), boolean(true), octetString(value)) : sequence(oid(type), octetString(value));

export const keyUsage = (...bits: readonly number[]): Uint8Array => extension(OID.keyUsage, namedBitString(bits), true);
export const basicConstraints = extension(OID.basicConstraints, sequence(boolean(true)), true);
export const subjectKeyId = extension(OID.subjectKeyIdentifier, octetString(KEY_ID));
export const authorityKeyId = extension(OID.authorityKeyIdentifier, sequence(implicit(0, KEY_ID)));
export const uri = (text: string): Uint8Array => implicit(6, new TextEncoder().encode(text));
export const fullName = (...names: readonly Uint8Array[]): Uint8Array => explicit(0, explicit(0, ...names));
export const distributionPoints = (...points: readonly Uint8Array[]): Uint8Array =>
  extension(OID.cRLDistributionPoints, sequence(...points));
export const HTTP_POINT = sequence(fullName(uri('http://pki.example.com/root.crl')));

export interface CertificateParts {
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly notBefore: Uint8Array;
  readonly notAfter: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly uniqueIds: Uint8Array;
  readonly extensions: readonly Uint8Array[];
  readonly signatureAlgorithm: Uint8Array;
}

export const SERIAL = integer(hex(`01${'5a'.repeat(16)}`));
export const EXTENSIONS = [basicConstraints, keyUsage(5, 6), subjectKeyId, authorityKeyId] as const;
/** The four extensions with one of them replaced, in their order. */
export function extensionsWith(change: {
  basic?: Uint8Array;
  usage?: Uint8Array;
  subject?: Uint8Array;
  authority?: Uint8Array;
}) {
  return [
    change.basic ?? basicConstraints,
    change.usage ?? keyUsage(5, 6),
    change.subject ?? subjectKeyId,
    change.authority ?? authorityKeyId,
  ];
}

const PARTS: CertificateParts = {
  version: explicit(0, integer(2)),
  serial: SERIAL,
  signature: ECDSA_SHA384,
  issuer: NAME,
  notBefore: time('2027-03-01T09:00:00Z'),
  notAfter: time('2037-03-01T08:59:59Z'),
  subject: NAME,
  spki: SPKI,
  uniqueIds: new Uint8Array(),
  extensions: EXTENSIONS,
  signatureAlgorithm: ECDSA_SHA384,
};

/** A self-signed root with some parts replaced; `name` replaces issuer and subject. */
export function certificate(change: Partial<CertificateParts> & { readonly name?: Uint8Array } = {}): Uint8Array {
  const named = change.name ? { issuer: change.name, subject: change.name } : {};
  const parts = { ...PARTS, ...named, ...change };
  const tbs = sequence(
    raw(parts.version, parts.serial, parts.signature, parts.issuer),
    sequence(parts.notBefore, parts.notAfter),
    raw(parts.subject, parts.spki, parts.uniqueIds),
    explicit(3, sequence(...parts.extensions)),
  );
  return signed(tbs, parts.signatureAlgorithm);
}

function signed(tbs: Uint8Array, algorithm: Uint8Array): Uint8Array {
  return sequence(tbs, algorithm, bitString(sign('sha384', tbs, key.privateKey)));
}

export const PLANNED_AT = '2027-03-01T09:00:30Z';
export const ROOT: CertificateContext = { kind: 'root-ca', plannedAt: PLANNED_AT };

/** SubjectPublicKeyInfo of an RSA key with these numbers, whatever they are. */
export function rsaSpki(modulus: bigint, exponent = 65537n): Uint8Array {
  return sequence(hex('300d06092a864886f70d0101010500'), bitString(sequence(integer(modulus), integer(exponent))));
}

export const crlNumber = (value: bigint): Uint8Array => extension(OID.cRLNumber, integer(value));
export const CRL_EXTENSIONS = [authorityKeyId, crlNumber(1n)] as const;

export interface CrlParts {
  readonly version: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly thisUpdate: Uint8Array;
  readonly nextUpdate: Uint8Array;
  /** Entries; undefined leaves the field out. */
  readonly revoked: readonly Uint8Array[] | undefined;
  readonly extensions: readonly Uint8Array[];
  readonly signatureAlgorithm: Uint8Array;
}

const CRL_PARTS: CrlParts = {
  version: integer(1),
  signature: ECDSA_SHA384,
  issuer: NAME,
  thisUpdate: time('2027-03-01T09:00:00Z'),
  nextUpdate: time('2028-02-28T09:00:00Z'),
  revoked: undefined,
  extensions: CRL_EXTENSIONS,
  signatureAlgorithm: ECDSA_SHA384,
};

/** A first, empty CRL of the root with some parts replaced. */
export function crl(change: Partial<CrlParts> = {}): Uint8Array {
  const parts = { ...CRL_PARTS, ...change };
  const tbs = sequence(
    raw(parts.version, parts.signature, parts.issuer, parts.thisUpdate, parts.nextUpdate),
    parts.revoked ? sequence(...parts.revoked) : new Uint8Array(),
    explicit(0, sequence(...parts.extensions)),
  );
  return signed(tbs, parts.signatureAlgorithm);
}

export const reason = (code: number, critical = false): Uint8Array =>
  extension(OID.reasonCode, element(TAG.enumerated, Uint8Array.of(code)), critical);

/** An entry of a CRL: serial number, time and, unless there are none, extensions. */
export function entry(
  serial: number,
  extensions: readonly Uint8Array[] = [reason(1)],
  at = '2027-02-01T00:00:00Z',
): Uint8Array {
  return sequence(integer(serial), time(at), extensions.length > 0 ? sequence(...extensions) : new Uint8Array());
}

/** `[number] IMPLICIT BOOLEAN TRUE` of an issuingDistributionPoint. */
export const flag = (number: number): Uint8Array => element(contextPrimitive(number), Uint8Array.of(0xff));
export const issuingPoint = (critical: boolean, ...fields: readonly Uint8Array[]): Uint8Array =>
  extension(OID.issuingDistributionPoint, sequence(...fields), critical);

export const ISSUER = parseCertificate(certificate());
export const FIRST_CRL: CrlContext = { kind: 'root-crl', plannedAt: PLANNED_AT, issuer: ISSUER, previous: undefined };

/** The context of a CRL that follows this one. */
export const after = (previous: Uint8Array): CrlContext => ({ ...FIRST_CRL, previous: parseCrl(previous) });
