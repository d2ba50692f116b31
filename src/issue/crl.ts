import { CeremonyError } from '../base/errors.ts';
import { TAG } from '../der/tags.ts';
import { explicit, integer, lengthSize, raw, sequence, time, writeHeader } from '../der/writer.ts';
import type { SignatureName } from '../pki/algorithms.ts';
import { encodeSigned, signatureIdentifier } from '../pki/encode.ts';
import { crlExtensions, encodeExtension } from '../pki/extensions.ts';
import { type CrlRequest, crlRequestProblems } from '../pki/request.ts';
import { RevokedCertificates } from './revoked-certificates.ts';

/**
 * The TBSCertList of a request (RFC 5280 §5.1), in one buffer of its final size. Our own encoder: the library's
 * takes quadratic time, and writes empty extension lists.
 * @throws CeremonyError PROFILE_INVALID for a request that cannot be written
 */
export function buildTbsCertList(request: CrlRequest): Uint8Array {
  const problems = crlRequestProblems(request);
  if (problems.length > 0) {
    const message = `the CRL cannot be made: ${problems.join('; ')}`;
    throw new CeremonyError('PROFILE_INVALID', message, { details: { problems } });
  }
  const head = raw(
    integer(1),
    signatureIdentifier(request.signatureAlgorithm),
    request.issuer.name,
    time(request.thisUpdate),
    time(request.nextUpdate),
  );
  const revoked = new RevokedCertificates(request.revoked);
  const extensions = crlExtensions(request.issuer.keyIdentifier, request.number);
  const tail = explicit(0, sequence(...extensions.map(encodeExtension)));

  const length = head.length + revoked.size + tail.length;
  const tbs = new Uint8Array(1 + lengthSize(length) + length);
  const at = writeHeader(tbs, 0, TAG.sequence, length);
  tbs.set(head, at);
  tbs.set(tail, revoked.write(tbs, at + head.length));
  return tbs;
}

/** CertificateList: what was signed, the algorithm's identifier, the signature. */
export function assembleCrl(tbs: Uint8Array, signatureAlgorithm: SignatureName, signature: Uint8Array): Uint8Array {
  return encodeSigned(tbs, signatureIdentifier(signatureAlgorithm), signature);
}
