import { hash } from 'node:crypto';
import { OID } from '../der/oid.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import {
  bitString,
  element,
  enumerated,
  explicit,
  generalizedTime,
  nullValue,
  octetString,
  oid,
  raw,
  sequence,
} from '../der/writer.ts';
import { CRL_REASONS } from '../x509/crl-extensions.ts';
import { parseSpki } from '../x509/public-key.ts';
import type { SignatureName } from './algorithms.ts';
import type { Revocation } from './request.ts';

/** The CA whose certificates are asked about, as a CertID names it. */
export interface AnsweredIssuer {
  /** DER of its subject. */
  readonly name: Uint8Array;
  /** DER of its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

/** What is said of one certificate. */
export interface CertificateAnswer {
  /** Content octets of its serial number. */
  readonly serial: Uint8Array;
  /** When and why it was revoked, as the CRL says; undefined for a good one. */
  readonly revoked: Pick<Revocation, 'at' | 'reason'> | undefined;
}

/** Everything that decides a ResponseData (RFC 6960 §4.2.1). */
export interface OcspAnswers {
  readonly issuer: AnsweredIssuer;
  /** DER of the SubjectPublicKeyInfo of the key that signs: the issuer's, or that of a responder. */
  readonly responder: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ`, of all three; the last two are those of every answer. */
  readonly producedAt: string;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  /** One at least, in the order of the encoding. */
  readonly answers: readonly CertificateAnswer[];
  /** Of the key that signs. */
  readonly signatureAlgorithm: SignatureName;
}

/** Why it cannot be made, one message each. */
export function answersProblems({ producedAt, thisUpdate, nextUpdate, answers }: OcspAnswers): string[] {
  const problems: string[] = [];
  if (answers.length === 0) problems.push('it answers for no certificate');
  const serials = answers.map(({ serial }) => Buffer.from(serial).toString('hex'));
  for (const serial of new Set(serials.filter((one, at) => serials.indexOf(one) !== at)))
    problems.push(`it answers twice for the serial number ${serial}`);
  if (nextUpdate <= thisUpdate) problems.push(`nextUpdate ${nextUpdate} is not after thisUpdate ${thisUpdate}`);
  // RFC 6960 §4.2.2.1: what is not yet true is taken for unreliable.
  if (thisUpdate > producedAt) problems.push(`thisUpdate ${thisUpdate} is after it is signed, ${producedAt}`);
  for (const { serial, revoked } of answers)
    if (revoked && revoked.at > thisUpdate)
      problems.push(
        `the serial number ${Buffer.from(serial).toString('hex')} is revoked at ${revoked.at}, after thisUpdate ${thisUpdate}`,
      );
  return problems;
}

/**
 * The ResponseData of RFC 6960 §4.2.1, in this program's own encoding: of version 1, the responder by its key, no extensions,
 * so no nonce (RFC 5019 §2.2.1). Responses are made by another encoder; this one says what its result must be, byte for byte.
 */
export function encodeResponseData(asked: OcspAnswers): Uint8Array {
  const { issuer, responder, producedAt, thisUpdate, nextUpdate, answers } = asked;
  const hashed = hashedIssuer(issuer);
  return sequence(
    explicit(2, octetString(keyHash(responder))),
    generalizedTime(producedAt),
    sequence(
      ...answers.map(({ serial, revoked }) =>
        sequence(
          certId(hashed, serial),
          certStatus(revoked),
          generalizedTime(thisUpdate),
          explicit(0, generalizedTime(nextUpdate)),
        ),
      ),
    ),
  );
}

/** `good [0] IMPLICIT NULL`, or `revoked [1] IMPLICIT RevokedInfo`. */
function certStatus(revoked: CertificateAnswer['revoked']): Uint8Array {
  if (!revoked) return element(contextPrimitive(0));
  const reason = revoked.reason ? [explicit(0, enumerated(CRL_REASONS.indexOf(revoked.reason)))] : [];
  return element(contextConstructed(1), generalizedTime(revoked.at), ...reason);
}

/**
 * An OCSPResponse of status "successful": the ResponseData, signed.
 * @param algorithm DER of the AlgorithmIdentifier
 * @param certificates DER of those that a client needs beside the issuer's: the responder's, where there is one
 */
export function encodeOcspResponse(
  data: Uint8Array,
  algorithm: Uint8Array,
  signature: Uint8Array,
  certificates: readonly Uint8Array[],
): Uint8Array {
  const certs = certificates.length === 0 ? [] : [explicit(0, sequence(...certificates))];
  const basic = sequence(data, algorithm, bitString(signature), ...certs);
  return sequence(enumerated(0), explicit(0, sequence(oid(OID.ocspBasic), octetString(basic))));
}

/**
 * The OCSPRequest with which a client asks for one certificate (RFC 6960 §4.1.1): SHA-1, by which stock clients ask, no
 * requestor, no nonce and no other extension (RFC 5019 §2.1.1).
 */
export function encodeOcspRequest(issuer: AnsweredIssuer, serial: Uint8Array): Uint8Array {
  return requestWith(certId(hashedIssuer(issuer), serial));
}

/** The same for a CertID that is written already, as a response repeats it. */
export function requestWith(certId: Uint8Array): Uint8Array {
  return sequence(sequence(sequence(sequence(certId))));
}

/** Below `publish/`. */
export const ANSWERS = 'ocsp';

/**
 * Where a web server looks for the answer to that request, below the address of the responder: `{base64 of the DER}`, which
 * the client URL-encodes and the server decodes (RFC 6960 §A.1). A slash in it divides folders, several in a row are one,
 * and where it ends with one the server takes `index.html` there.
 */
export function answerPath(request: Uint8Array): string {
  const path = Buffer.from(request).toString('base64').replace(/\/+/g, '/');
  return path.endsWith('/') ? `${path}index.html` : path;
}

export interface HashedIssuer {
  readonly name: Uint8Array;
  readonly key: Uint8Array;
}

/** RFC 6960 §4.1.1: of the name's DER, and of the key without tag, length and count of unused bits. */
export function hashedIssuer({ name, spki }: AnsweredIssuer): HashedIssuer {
  return { name: sha1(name), key: keyHash(spki) };
}

/** RFC 6960 §4.2.1 has the SHA-1 for the responder, whatever the hash of the CertIDs is. */
export function keyHash(spki: Uint8Array): Uint8Array {
  return sha1(parseSpki(spki).key);
}

function sha1(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha1', bytes, 'buffer'));
}

function certId(issuer: HashedIssuer, serial: Uint8Array): Uint8Array {
  return sequence(SHA1, octetString(issuer.name), octetString(issuer.key), element(TAG.integer, raw(serial)));
}

/** With NULL for parameters, as every client writes it that we know: a request is found by its bytes. */
const SHA1 = sequence(oid(OID.sha1), nullValue());
