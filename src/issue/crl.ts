import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { TAG } from '../der/tags.ts';
import {
  element,
  enumerated,
  explicit,
  header,
  integer,
  lengthSize,
  octetString,
  oid,
  sequence,
  time,
  writeHeader,
} from '../der/writer.ts';
import type { SignatureName } from '../pki/algorithms.ts';
import { encodeSigned, signatureIdentifier } from '../pki/encode.ts';
import { crlExtensions, encodeExtension } from '../pki/extensions.ts';
import { type CrlRequest, crlRequestProblems, type Revocation } from '../pki/request.ts';
import { CRL_REASONS } from '../x509/crl-extensions.ts';

/**
 * The TBSCertList of a request (RFC 5280 §5.1). Entries are written one after another into one buffer: a million of
 * them take their own size in memory. `revokedCertificates` is left out where there are none (§5.1.2.6).
 * Our own encoder: the library's would take quadratic time, and writes empty extension lists.
 * @throws CeremonyError PROFILE_INVALID for a request that cannot be written
 */
export function buildTbsCertList(request: CrlRequest): Uint8Array {
  const problems = crlRequestProblems(request);
  if (problems.length > 0) {
    throw new CeremonyError('PROFILE_INVALID', `the CRL cannot be made: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  const head = [
    integer(1),
    signatureIdentifier(request.signatureAlgorithm),
    request.issuer.name,
    time(request.thisUpdate),
    time(request.nextUpdate),
  ];
  const wanted = crlExtensions(request.issuer.keyIdentifier, request.number);
  const tail = explicit(0, sequence(...wanted.map(encodeExtension)));

  let entriesLength = 0;
  for (const revocation of request.revoked) entriesLength += encodeEntry(revocation).length;
  const entriesHeader = entriesLength === 0 ? new Uint8Array() : header(TAG.sequence, entriesLength);

  const headLength = head.reduce((sum, part) => sum + part.length, 0);
  const length = headLength + entriesHeader.length + entriesLength + tail.length;
  const tbs = new Uint8Array(1 + lengthSize(length) + length);
  let at = writeHeader(tbs, 0, TAG.sequence, length);
  const put = (part: Uint8Array) => {
    tbs.set(part, at);
    at += part.length;
  };
  head.forEach(put);
  put(entriesHeader);
  for (const revocation of request.revoked) put(encodeEntry(revocation));
  put(tail);
  return tbs;
}

/** Entry extensions are left out where there is no reason: an empty SEQUENCE is none (RFC 5280 §5.1). */
function encodeEntry({ serial, at, reason }: Revocation): Uint8Array {
  // The content octets as they are: serial numbers of others may be negative, and are copied.
  const serialNumber = element(TAG.integer, serial);
  if (reason === undefined) return sequence(serialNumber, time(at));
  return sequence(serialNumber, time(at), reasonExtension(reason));
}

const REASONS = new Map<string, Uint8Array>();

/** SEQUENCE of the one extension reasonCode, non-critical, an ENUMERATED (RFC 5280 §5.3.1). */
function reasonExtension(reason: Exclude<Revocation['reason'], undefined>): Uint8Array {
  let der = REASONS.get(reason);
  if (!der) {
    der = sequence(sequence(oid(OID.reasonCode), octetString(enumerated(CRL_REASONS.indexOf(reason)))));
    REASONS.set(reason, der);
  }
  return der;
}

/** CertificateList: what was signed, the algorithm's identifier, the signature. */
export function assembleCrl(tbs: Uint8Array, signatureAlgorithm: SignatureName, signature: Uint8Array): Uint8Array {
  return encodeSigned(tbs, signatureIdentifier(signatureAlgorithm), signature);
}
