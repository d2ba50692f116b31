import { OID } from '../der/oid.ts';
import { type DerNode, derOf, enter, finish, readDer, refuse, setOf, take } from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { oidOf, smallInteger } from '../der/values.ts';
import { readExtensions, readName, readSignature, readSpki } from './fields.ts';
import type { AlgorithmIdentifier, Extension, Name, SubjectPublicKeyInfo } from './model.ts';

/** A request has a key, a name and a few extensions: 2 KiB is much. Post-quantum keys and signatures fit many times. */
export const MAX_REQUEST_BYTES = 64 * 1024;

/** An attribute of the request (RFC 2986 §4.1), its values unread. */
export interface RequestAttribute {
  readonly oid: string;
  /** DER of each value, one at least. */
  readonly values: readonly Uint8Array[];
}

/**
 * What a CertificationRequestInfo holds, as read from its bytes and without judgement. All byte arrays are views of it.
 * It names no signature algorithm: that stands beside it only.
 */
export interface CertificationRequestInfo {
  /** The CertificationRequestInfo: what is signed. */
  readonly tbs: Uint8Array;
  readonly subject: Name;
  readonly spki: SubjectPublicKeyInfo;
  /** All of them in the order of the encoding, that of the extensions too. */
  readonly attributes: readonly RequestAttribute[];
  /** What the attribute extensionRequest asks for (RFC 2985 §5.4.2); empty where there is none. */
  readonly extensions: readonly Extension[];
}

/** A whole PKCS#10 request. */
export interface CertificationRequest extends CertificationRequestInfo {
  readonly der: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * A certification request from its DER (RFC 2986 §4), of version 0, the only one. Attributes are read as they are: what
 * they ask for is not given.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseCertificationRequest(der: Uint8Array, name = 'certificate request'): CertificationRequest {
  const cursor = enter(readDer(der, name, { maxBytes: MAX_REQUEST_BYTES }), 'CertificationRequest');
  const info = readInfo(take(cursor, TAG.sequence, 'certificationRequestInfo'));
  const { signatureAlgorithm, signature } = readSignature(cursor);
  finish(cursor, 'CertificationRequest');
  return { der, ...info, signatureAlgorithm, signature };
}

/**
 * The to-be-signed part of a request alone, from its DER. No TBSCertificate and no TBSCertList can be read as one: where it
 * has its attributes, those have validity and a time (RFC 5280 §4.1, §5.1).
 * @throws CeremonyError DER_INVALID
 */
export function parseCertificationRequestInfo(der: Uint8Array, name = 'certificate request'): CertificationRequestInfo {
  return readInfo(readDer(der, name, { maxBytes: MAX_REQUEST_BYTES }));
}

function readInfo(info: DerNode): CertificationRequestInfo {
  const inside = enter(info, 'certificationRequestInfo');
  smallInteger(take(inside, TAG.integer, 'version'), 'version', 0);
  const subject = readName(take(inside, TAG.sequence, 'subject'), 'subject');
  const spki = readSpki(take(inside, TAG.sequence, 'subjectPKInfo'), 'subjectPKInfo');
  // Not OPTIONAL: a request without attributes has an empty set of them.
  const set = take(inside, contextConstructed(0), 'attributes');
  const read = setOf(set, 'attributes', contextConstructed(0)).map(readAttribute);
  finish(inside, 'certificationRequestInfo');
  return {
    tbs: derOf(info),
    subject,
    spki,
    attributes: read.map(({ oid, values }) => ({ oid, values: values.map(derOf) })),
    extensions: requestedExtensions(set, read),
  };
}

interface ReadAttribute {
  readonly oid: string;
  readonly values: readonly DerNode[];
}

function readAttribute(node: DerNode): ReadAttribute {
  const cursor = enter(node, 'an attribute');
  const oid = oidOf(take(cursor, TAG.oid, 'an attribute type'), 'an attribute type');
  const set = take(cursor, TAG.set, `the values of attribute ${oid}`);
  finish(cursor, 'an attribute');
  const values = setOf(set, `the values of attribute ${oid}`);
  if (values.length === 0) refuse(set.source, set.at, `expected a value of attribute ${oid}, found none`);
  for (const value of values) checkTree(value, `a value of attribute ${oid}`);
  return { oid, values };
}

/** SINGLE VALUE (RFC 2985 §5.4.2). Where it stood twice, two readers could read two different requests. */
function requestedExtensions(set: DerNode, attributes: readonly ReadAttribute[]): Extension[] {
  const values = attributes.filter(({ oid }) => oid === OID.extensionRequest).flatMap((one) => one.values);
  const [value, second] = values;
  if (second) refuse(set.source, second.at, 'expected one extensionRequest, found another');
  if (!value) return [];
  const extensions = readExtensions(value, 'extensionRequest');
  if (extensions.length === 0) refuse(value.source, value.at, 'expected an extension in extensionRequest, found none');
  return extensions;
}
