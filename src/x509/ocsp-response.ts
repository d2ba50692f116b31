import { OID } from '../der/oid.ts';
import {
  atEnd,
  contentOf,
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  finish,
  readDer,
  readInside,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG, tagName } from '../der/tags.ts';
import { type DerTime, timeOf } from '../der/time.ts';
import { checkNull, oidOf, smallInteger } from '../der/values.ts';
import { parseCertificate } from './certificate.ts';
import { CRL_REASONS, type CrlReason } from './crl-extensions.ts';
import { readAlgorithm, readExtensions, readName, readSerial, readSignature } from './fields.ts';
import type { AlgorithmIdentifier, Certificate, Extension, Name, SerialNumber } from './model.ts';

/** A root answers for a few CAs, with one certificate of a responder: 4 KiB is much. */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Which certificate an answer is about (RFC 6960 §4.1.1). */
export interface CertId {
  readonly der: Uint8Array;
  readonly hashAlgorithm: AlgorithmIdentifier;
  /** Of the DER of the issuer's name. */
  readonly issuerNameHash: Uint8Array;
  /** Of the content of the BIT STRING of the issuer's key. */
  readonly issuerKeyHash: Uint8Array;
  readonly serial: SerialNumber;
}

export type CertStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: DerTime; readonly reason: CrlReason | undefined }
  | { readonly kind: 'unknown' };

/** One answer (RFC 6960 §4.2.1). */
export interface SingleResponse {
  readonly certId: CertId;
  readonly status: CertStatus;
  readonly thisUpdate: DerTime;
  readonly nextUpdate: DerTime | undefined;
  readonly extensions: readonly Extension[];
}

/** By the SHA-1 of its key, or by its name. */
export type ResponderId =
  | { readonly kind: 'key'; readonly hash: Uint8Array }
  | { readonly kind: 'name'; readonly name: Name };

/** What a ResponseData holds, as read from its bytes and without judgement. It names no signature algorithm. */
export interface OcspResponseData {
  /** The ResponseData: what is signed. */
  readonly tbs: Uint8Array;
  readonly responder: ResponderId;
  readonly producedAt: DerTime;
  /** In the order of the encoding. */
  readonly responses: readonly SingleResponse[];
  readonly extensions: readonly Extension[];
}

/** A whole OCSPResponse of status "successful" and of the basic type. */
export interface OcspResponse extends OcspResponseData {
  readonly der: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Those that come with it, in the order of the encoding. */
  readonly certificates: readonly Certificate[];
}

/**
 * An OCSP response from its DER (RFC 6960 §4.2.1), one that answers: status "successful", the basic type.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseOcspResponse(der: Uint8Array, name = 'OCSP response'): OcspResponse {
  const outer = enter(readDer(der, name, { maxBytes: MAX_RESPONSE_BYTES }), 'OCSPResponse');
  const status = take(outer, TAG.enumerated, 'responseStatus');
  const code = smallInteger(status, 'responseStatus', 255);
  if (code !== 0) refuse(status.source, status.at, `expected the responseStatus successful (0), found ${code}`);
  const wrapper = enter(take(outer, contextConstructed(0), 'responseBytes'), 'responseBytes', contextConstructed(0));
  finish(outer, 'OCSPResponse');
  const bytes = enter(take(wrapper, TAG.sequence, 'responseBytes'), 'responseBytes');
  finish(wrapper, 'responseBytes');
  const type = take(bytes, TAG.oid, 'responseType');
  const oid = oidOf(type, 'responseType');
  if (oid !== OID.ocspBasic) refuse(type.source, type.at, `expected the responseType id-pkix-ocsp-basic, found ${oid}`);
  const response = take(bytes, TAG.octetString, 'response');
  finish(bytes, 'responseBytes');
  return { der, ...readBasic(readInside(response.source, response.contentAt, response.end, response.depth + 1), name) };
}

function readBasic(node: DerNode, name: string): Omit<OcspResponse, 'der'> {
  const cursor = enter(node, 'BasicOCSPResponse');
  const data = readData(take(cursor, TAG.sequence, 'tbsResponseData'));
  const { signatureAlgorithm, signature } = readSignature(cursor);
  const wrapper = takeOptional(cursor, contextConstructed(0), 'certs');
  finish(cursor, 'BasicOCSPResponse');
  return { ...data, signatureAlgorithm, signature, certificates: wrapper ? readCertificates(wrapper, name) : [] };
}

function readCertificates(wrapper: DerNode, name: string): Certificate[] {
  const list = takeOnly(wrapper, 'certs', contextConstructed(0), TAG.sequence);
  const cursor = enter(list, 'certs');
  const certificates: Certificate[] = [];
  while (!atEnd(cursor)) {
    const node = take(cursor, TAG.sequence, 'a certificate of certs');
    certificates.push(parseCertificate(derOf(node), `${name}, certificate ${certificates.length + 1}`));
  }
  if (certificates.length === 0) refuse(list.source, list.at, 'expected a certificate in certs, found none');
  return certificates;
}

/**
 * The to-be-signed part of a response alone, from its DER. Nothing else that is signed here can be read as one: it begins with
 * [1] or [2], where a certificate, a CRL or a request has a version or an algorithm.
 * @throws CeremonyError DER_INVALID
 */
export function parseOcspResponseData(der: Uint8Array, name = 'OCSP response'): OcspResponseData {
  return readData(readDer(der, name, { maxBytes: MAX_RESPONSE_BYTES }));
}

function readData(node: DerNode): OcspResponseData {
  const cursor = enter(node, 'tbsResponseData');
  // Version 1 is the DEFAULT, and there is no other: DER leaves it out.
  const responder = readResponder(takeAny(cursor, 'responderID'));
  const producedAt = timeOf(take(cursor, TAG.generalizedTime, 'producedAt'), 'producedAt');
  const list = take(cursor, TAG.sequence, 'responses');
  const extensions = takeExtensions(cursor, 'responseExtensions');
  finish(cursor, 'tbsResponseData');
  const inside = enter(list, 'responses');
  const responses: SingleResponse[] = [];
  while (!atEnd(inside)) responses.push(readSingle(take(inside, TAG.sequence, 'an element of responses')));
  if (responses.length === 0) refuse(list.source, list.at, 'expected an answer in responses, found none');
  return { tbs: derOf(node), responder, producedAt, responses, extensions };
}

/** A CHOICE under EXPLICIT tags. */
function readResponder(node: DerNode): ResponderId {
  if (node.tag === contextConstructed(1))
    return { kind: 'name', name: readName(takeOnly(node, 'byName', node.tag, TAG.sequence), 'byName') };
  if (node.tag === contextConstructed(2))
    return { kind: 'key', hash: contentOf(takeOnly(node, 'byKey', node.tag, TAG.octetString)) };
  return refuse(node.source, node.at, `expected byName [1] or byKey [2] for responderID, found ${tagName(node.tag)}`);
}

function readSingle(node: DerNode): SingleResponse {
  const cursor = enter(node, 'an element of responses');
  const certId = readCertId(take(cursor, TAG.sequence, 'certID'));
  const status = readStatus(takeAny(cursor, 'certStatus'));
  const thisUpdate = timeOf(take(cursor, TAG.generalizedTime, 'thisUpdate'), 'thisUpdate');
  const next = takeOptional(cursor, contextConstructed(0), 'nextUpdate');
  const extensions = takeExtensions(cursor, 'singleExtensions');
  finish(cursor, 'an element of responses');
  return { certId, status, thisUpdate, nextUpdate: next && readNextUpdate(next), extensions };
}

function readNextUpdate(node: DerNode): DerTime {
  return timeOf(takeOnly(node, 'nextUpdate', contextConstructed(0), TAG.generalizedTime), 'nextUpdate');
}

function readCertId(node: DerNode): CertId {
  const cursor = enter(node, 'certID');
  const certId = {
    der: derOf(node),
    hashAlgorithm: readAlgorithm(take(cursor, TAG.sequence, 'hashAlgorithm'), 'hashAlgorithm'),
    issuerNameHash: contentOf(take(cursor, TAG.octetString, 'issuerNameHash')),
    issuerKeyHash: contentOf(take(cursor, TAG.octetString, 'issuerKeyHash')),
    serial: readSerial(take(cursor, TAG.integer, 'serialNumber'), 'serialNumber'),
  };
  finish(cursor, 'certID');
  return certId;
}

/** A CHOICE under IMPLICIT tags. */
function readStatus(node: DerNode): CertStatus {
  switch (node.tag) {
    case contextPrimitive(0):
      checkNull(node, 'good');
      return { kind: 'good' };
    case contextPrimitive(2):
      checkNull(node, 'unknown');
      return { kind: 'unknown' };
    case contextConstructed(1): {
      const cursor = enter(node, 'revoked', contextConstructed(1));
      const at = timeOf(take(cursor, TAG.generalizedTime, 'revocationTime'), 'revocationTime');
      const reason = takeOptional(cursor, contextConstructed(0), 'revocationReason');
      finish(cursor, 'revoked');
      return { kind: 'revoked', at, reason: reason && readReason(reason) };
    }
    default:
      return refuse(
        node.source,
        node.at,
        `expected good [0], revoked [1] or unknown [2] for certStatus, found ${tagName(node.tag)}`,
      );
  }
}

function readReason(wrapper: DerNode): CrlReason {
  const node = takeOnly(wrapper, 'revocationReason', contextConstructed(0), TAG.enumerated);
  const code = smallInteger(node, 'revocationReason', CRL_REASONS.length - 1);
  return CRL_REASONS[code] ?? refuse(node.source, node.contentAt, `expected a CRLReason of RFC 5280, found ${code}`);
}

function takeExtensions(cursor: DerCursor, what: string): Extension[] {
  const wrapper = takeOptional(cursor, contextConstructed(1), what);
  if (!wrapper) return [];
  const extensions = readExtensions(takeOnly(wrapper, what, contextConstructed(1), TAG.sequence), what);
  if (extensions.length === 0) refuse(wrapper.source, wrapper.at, `expected an extension in ${what}, found none`);
  return extensions;
}

/** The one element inside an EXPLICIT tag. */
function takeOnly(wrapper: DerNode, what: string, tag: number, inner: number): DerNode {
  const cursor = enter(wrapper, what, tag);
  const node = take(cursor, inner, what);
  finish(cursor, what);
  return node;
}
