import { OID } from '../der/oid.ts';
import {
  atEnd,
  contentOf,
  type DerCursor,
  type DerNode,
  enter,
  expectTag,
  finish,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import {
  bitStringOf,
  booleanOf,
  checkNull,
  hexOf,
  integerBytes,
  namedBits,
  oidOf,
  smallInteger,
} from '../der/values.ts';
import { extensionValue } from './extension-value.ts';
import { readSerial } from './fields.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts';
import type { Extension, SerialNumber } from './model.ts';

/**
 * The extensions of CA certificates (RFC 5280 §4.2), each by its own reader: undefined where it is absent,
 * CeremonyError DER_INVALID where it is malformed or there twice. Those about policies are in `policies.ts`, those
 * about CRLs in `crl-extensions.ts`.
 */
type Extensions = readonly Extension[];

export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** RFC 5280 §4.2.1.9. cA FALSE is the DEFAULT, so the value of an end entity's is exactly `3000`. */
export function basicConstraints(extensions: Extensions): BasicConstraints | undefined {
  return extensionValue(extensions, OID.basicConstraints, (node) => {
    const cursor = enter(node, 'basicConstraints');
    const ca = takeFlag(cursor, TAG.boolean, 'cA');
    const length = takeOptional(cursor, TAG.integer, 'pathLenConstraint');
    finish(cursor, 'basicConstraints');
    return { ca, pathLength: length && smallInteger(length, 'pathLenConstraint', 0xffff) };
  });
}

/** A BOOLEAN DEFAULT FALSE: absent, or TRUE (X.690 §11.5). */
export function takeFlag(cursor: DerCursor, tag: number, what: string): boolean {
  const node = takeOptional(cursor, tag, what);
  if (!node) return false;
  if (!booleanOf(node, what)) refuse(node.source, node.at, `expected no ${what} field, found the default one (FALSE)`);
  return true;
}

/** RFC 5280 §4.2.1.3, by bit number. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof KEY_USAGES)[number];

export interface KeyUsage {
  readonly names: readonly KeyUsageName[];
  /** Of the BIT STRING. */
  readonly bytes: Uint8Array;
  readonly unusedBits: number;
}

export function keyUsage(extensions: Extensions): KeyUsage | undefined {
  return extensionValue(extensions, OID.keyUsage, (node) => {
    const what = 'keyUsage';
    const names = namedBits(expectTag(node, TAG.bitString, what), what).map((bit) => {
      return (
        KEY_USAGES[bit] ??
        refuse(node.source, node.contentAt, `expected bits 0 to ${KEY_USAGES.length - 1} in keyUsage, found ${bit}`)
      );
    });
    return { names, ...bitStringOf(node, what) };
  });
}

/** RFC 5280 §4.2.1.2 */
export function subjectKeyIdentifier(extensions: Extensions): Uint8Array | undefined {
  return extensionValue(extensions, OID.subjectKeyIdentifier, (node) =>
    contentOf(expectTag(node, TAG.octetString, 'subjectKeyIdentifier')),
  );
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  readonly serial: SerialNumber | undefined;
}

/** RFC 5280 §4.2.1.1 */
export function authorityKeyIdentifier(extensions: Extensions): AuthorityKeyIdentifier | undefined {
  return extensionValue(extensions, OID.authorityKeyIdentifier, (node) => {
    const cursor = enter(node, 'authorityKeyIdentifier');
    const keyIdentifier = takeOptional(cursor, contextPrimitive(0), 'keyIdentifier');
    const issuer = takeOptional(cursor, contextConstructed(1), 'authorityCertIssuer');
    const serial = takeOptional(cursor, contextPrimitive(2), 'authorityCertSerialNumber');
    finish(cursor, 'authorityKeyIdentifier');
    return {
      keyIdentifier: keyIdentifier && contentOf(keyIdentifier),
      issuer: issuer && readGeneralNames(issuer, 'authorityCertIssuer', contextConstructed(1)),
      serial: serial && readSerial(serial, 'authorityCertSerialNumber'),
    };
  });
}

/** Object identifiers of purposes, in order. RFC 5280 §4.2.1.12 */
export function extKeyUsage(extensions: Extensions): readonly string[] | undefined {
  return extensionValue(extensions, OID.extKeyUsage, (node) =>
    listOf(node, 'extKeyUsage', (purpose) => oidOf(expectTag(purpose, TAG.oid, 'a purpose'), 'a purpose')),
  );
}

/** The elements of a SEQUENCE SIZE (1..MAX) OF. @throws CeremonyError DER_INVALID for an empty one */
export function listOf<T>(node: DerNode, what: string, read: (node: DerNode) => T, tag: number = TAG.sequence): T[] {
  const cursor = enter(node, what, tag);
  if (atEnd(cursor)) refuse(node.source, node.at, `expected at least one element in ${what}`);
  const values: T[] = [];
  while (!atEnd(cursor)) values.push(read(takeAny(cursor, what)));
  return values;
}

/** RFC 5280 §4.2.1.6 */
export function subjectAltName(extensions: Extensions): readonly GeneralName[] | undefined {
  return extensionValue(extensions, OID.subjectAltName, (node) => readGeneralNames(node, 'subjectAltName'));
}

/** RFC 5280 §4.2.1.7 */
export function issuerAltName(extensions: Extensions): readonly GeneralName[] | undefined {
  return extensionValue(extensions, OID.issuerAltName, (node) => readGeneralNames(node, 'issuerAltName'));
}

export interface AccessDescription {
  /** Object identifier of the access method. */
  readonly method: string;
  readonly location: GeneralName;
}

/** RFC 5280 §4.2.2.1 */
export function authorityInfoAccess(extensions: Extensions): readonly AccessDescription[] | undefined {
  return extensionValue(extensions, OID.authorityInfoAccess, (node) => listOf(node, 'authorityInfoAccess', readAccess));
}

/** RFC 5280 §4.2.2.2 */
export function subjectInfoAccess(extensions: Extensions): readonly AccessDescription[] | undefined {
  return extensionValue(extensions, OID.subjectInfoAccess, (node) => listOf(node, 'subjectInfoAccess', readAccess));
}

function readAccess(node: DerNode): AccessDescription {
  const cursor = enter(node, 'an access description');
  const method = oidOf(take(cursor, TAG.oid, 'accessMethod'), 'accessMethod');
  const location = readGeneralName(takeAny(cursor, 'accessLocation'), 'accessLocation');
  finish(cursor, 'an access description');
  return { method, location };
}

/** Whether id-pkix-ocsp-nocheck is there, as the NULL it must be (RFC 6960 §4.2.2.2.1). */
export function ocspNoCheck(extensions: Extensions): true | undefined {
  return extensionValue(extensions, OID.ocspNoCheck, (node) => {
    checkNull(expectTag(node, TAG.null, 'id-pkix-ocsp-nocheck'), 'id-pkix-ocsp-nocheck');
    return true;
  });
}

/** A number that is not negative, of any size, as RFC 5280 §5.2.3 has for CRLs. */
export function wholeNumber(node: DerNode, what: string): bigint {
  const content = integerBytes(expectTag(node, TAG.integer, what), what);
  if (content[0]! >= 0x80) refuse(node.source, node.contentAt, `expected ${what} not to be negative`);
  return BigInt(`0x${hexOf(content)}`);
}
