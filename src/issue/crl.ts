import { CeremonyError } from '../base/errors.ts';
import { joined, type Octets } from '../base/octets.ts';
import { TAG } from '../der/tags.ts';
import { bitString, explicit, header, integer, raw, sequence, time } from '../der/writer.ts';
import type { SignatureName } from '../pki/algorithms.ts';
import { encodeSigned, signatureIdentifier } from '../pki/encode.ts';
import { type CrlRequest, crlRequestProblems } from '../pki/request.ts';
import { libraryCrlExtensions } from './library-crl-extensions.ts';
import { type EncodedEntries, standingEntries } from './revoked-certificates.ts';

/** What decides a TBSCertList but its entries. */
export type CrlFrame = Omit<CrlRequest, 'revoked' | 'profile'>;

/**
 * The TBSCertList of a request (RFC 5280 §5.1). What it keeps of the CRL before stays where that is. Our own encoder: the
 * library's takes quadratic time, and writes empty extension lists. That it says what was asked for is judged by other code,
 * which reads it back entry by entry (`compareCrl`), at every size.
 * @throws CeremonyError PROFILE_INVALID for a request that cannot be written
 */
export function buildTbsCertList(request: CrlRequest): Octets {
  requireNone(crlRequestProblems(request));
  const entries = joined([...standingEntries(request.revoked)]);
  const { pieces } = streamTbsCertList<Octets>(request, { length: entries.length, pieces: () => [entries] });
  return joined([...pieces()]);
}

/** @throws CeremonyError PROFILE_INVALID */
function requireNone(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const message = `the CRL cannot be made: ${problems.join('; ')}`;
  throw new CeremonyError('PROFILE_INVALID', message, { details: { problems } });
}

/**
 * The same as a stream, for entries of which nobody has all in memory: as `encodeListed` writes them into a file, say. Their
 * length is known by then, and stands before them. What the rules say of the frame is for the caller to ask.
 * @returns the whole to-be-signed part; whoever takes the pieces hashes and stores them on the way
 */
export function streamTbsCertList<Bytes extends Octets = Uint8Array>(
  frame: CrlFrame,
  entries: EncodedEntries<Bytes>,
): EncodedEntries<Bytes | Uint8Array> {
  const head = raw(
    integer(1),
    signatureIdentifier(frame.signatureAlgorithm),
    frame.issuer.name,
    time(frame.thisUpdate),
    time(frame.nextUpdate),
    // Absent where there are no entries (RFC 5280 §5.1.2.6).
    ...(entries.length === 0 ? [] : [header(TAG.sequence, entries.length)]),
  );
  const tail = explicit(0, sequence(...libraryCrlExtensions(frame)));
  const start = header(TAG.sequence, head.length + entries.length + tail.length);
  return {
    length: start.length + head.length + entries.length + tail.length,
    *pieces() {
      yield start;
      yield head;
      yield* entries.pieces();
      yield tail;
    },
  };
}

/** What stands around the to-be-signed part of a CRL of `length` octets, for who has it as a stream. */
export function frameOfCrl(
  length: number,
  signatureAlgorithm: SignatureName,
  signature: Uint8Array,
): { readonly before: Uint8Array; readonly after: Uint8Array } {
  const after = raw(signatureIdentifier(signatureAlgorithm), bitString(signature));
  return { before: header(TAG.sequence, length + after.length), after };
}

/** CertificateList: what was signed, the algorithm's identifier, the signature. */
export function assembleCrl(tbs: Uint8Array, signatureAlgorithm: SignatureName, signature: Uint8Array): Uint8Array {
  return encodeSigned(tbs, signatureIdentifier(signatureAlgorithm), signature);
}
