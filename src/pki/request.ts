import { parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import type { CrlReason } from '../x509/crl-extensions.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { RevokedEntries } from '../x509/model.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName, type SignatureName } from './algorithms.ts';
import { encodeName, nameProblems, type SubjectAttribute } from './name.ts';
import type { CertificateProfile, CrlProfile } from './profile.ts';
import type { RevocationList } from './taken-list.ts';

/**
 * A CA as far as other certificates repeat it: the one that signs, or the one that has a certificate already and gets
 * another beside it. Bytes are copied from its certificate, never re-encoded.
 */
export interface IssuerIdentity {
  /** DER of its subject. */
  readonly name: Uint8Array;
  /** Its subject key identifier. */
  readonly keyIdentifier: Uint8Array;
}

/** Everything that decides a TBSCertificate except its declared holes. */
export interface CertificateRequest {
  readonly profile: CertificateProfile;
  /**
   * In the order of the encoding; or name and key identifier that the subject has in another certificate already, so that
   * what it has issued belongs to this one too (RFC 5280 §4.2.1.1, §6.1).
   */
  readonly subject: readonly SubjectAttribute[] | IssuerIdentity;
  /** `self` for a self-signed certificate: name and key identifiers are the subject's own. */
  readonly issuer: 'self' | IssuerIdentity;
  /** `YYYY-MM-DDTHH:MM:SSZ`, the first and the last second of validity. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Of the subject's key. */
  readonly keyAlgorithm: KeyAlgorithmName;
  /** Of the issuer's key. */
  readonly signatureAlgorithm: SignatureName;
}

/** What does not exist when a certificate is planned. Both key identifiers follow from the key. */
export interface CertificateHoles {
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** As `serialNumber` makes it. */
  readonly serial: Uint8Array;
}

/** A revoked certificate as a CRL lists it. */
export interface Revocation {
  /** Content octets of the certificate's serial number, byte for byte (TLS BR §7.2.2). */
  readonly serial: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
  /** Undefined for none. `unspecified` is expressed by leaving it out (RFC 5280 §5.3.1). */
  readonly reason: Exclude<CrlReason, 'unspecified'> | undefined;
  /** invalidityDate (RFC 5280 §5.3.2): since when the key may have been in other hands. `YYYY-MM-DDTHH:MM:SSZ` */
  readonly invalidSince?: string;
}

/** What a CRL lists that follows another: each entry is read from that one when it is iterated, so that a million are never objects at once. */
export interface RevokedList extends Iterable<Revocation> {
  /** Of the CRL before, as they stand there: they come first. */
  readonly kept: RevokedEntries;
  /** Those of them that say something else now, where they stand: serial number, lower-case hex → what. */
  readonly changed?: ReadonlyMap<string, Revocation>;
  readonly added: readonly Revocation[] | AddedByList;
}

/** What a list names, and then what was decided besides. */
export interface AddedByList extends Iterable<Revocation> {
  readonly listed: RevocationList;
  readonly decided: readonly Revocation[];
}

/** Everything that decides a TBSCertList. */
export interface CrlRequest {
  readonly profile: CrlProfile;
  readonly issuer: IssuerIdentity;
  readonly number: bigint;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  /** In the order of the encoding. */
  readonly revoked: readonly Revocation[] | RevokedList;
  readonly signatureAlgorithm: SignatureName;
  /** Of a delta CRL: number of the complete one that it starts from (RFC 5280 §5.2.4). */
  readonly base?: bigint | undefined;
  /** Of a complete one: URL under which its delta CRLs are published (RFC 5280 §5.2.6). */
  readonly freshest?: string | undefined;
  /** The partition that it is of (RFC 5280 §5.2.5); undefined where it is of all that its CA issues. */
  readonly scope?: CrlScope | undefined;
}

/** Random octets in a serial number. */
export const SERIAL_RANDOM_BYTES = 16;

/**
 * Serial number, 17 content octets: 0x01, then 128 random bits, so that it is positive and its length never varies.
 * RFC 5280 §4.1.2.2 (positive, at most 20 octets); TLS BR §7.1.2 (at least 64 bits from a CSPRNG).
 * @throws RangeError unless `random` is 16 octets
 */
export function serialNumber(random: Uint8Array): Uint8Array {
  if (random.length !== SERIAL_RANDOM_BYTES) throw new RangeError(`serial number from ${random.length} random octets`);
  return Uint8Array.of(0x01, ...random);
}

/** DER of the subject's name. */
export function subjectNameOf({ subject }: Pick<CertificateRequest, 'subject'>): Uint8Array {
  return isCopied(subject) ? subject.name : encodeName(subject);
}

/** DER of the issuer's name: for a self-signed certificate that of the subject. */
export function issuerNameOf(request: CertificateRequest): Uint8Array {
  return request.issuer === 'self' ? subjectNameOf(request) : request.issuer.name;
}

/** Subject and authority key identifiers: of a copied subject the one that it has already. */
export function keyIdentifiersOf(
  { subject, issuer }: Pick<CertificateRequest, 'subject' | 'issuer'>,
  { spki }: Pick<CertificateHoles, 'spki'>,
): { readonly subject: Uint8Array; readonly authority: Uint8Array } {
  const own = isCopied(subject) ? subject.keyIdentifier : deriveKeyIdentifier(parseSpki(spki));
  return { subject: own, authority: issuer === 'self' ? own : issuer.keyIdentifier };
}

export function isCopied(subject: CertificateRequest['subject']): subject is IssuerIdentity {
  return !Array.isArray(subject);
}

/** Why a request cannot be issued whatever the rules say, one message each. */
export function requestProblems(request: CertificateRequest): string[] {
  const names = subjectProblems(request.subject);
  const problems = [...names, ...timeProblems('notBefore', request.notBefore)];
  problems.push(...timeProblems('notAfter', request.notAfter));
  const { title, signatures, forCa } = KEY_ALGORITHMS[request.keyAlgorithm];
  const isCa = request.profile.fields['basic-constraints'] === 'ca';
  if (isCa && !forCa) problems.push(`the key algorithm ${title} is not one for a CA key`);
  if (request.issuer === 'self' && !signatures.includes(request.signatureAlgorithm)) {
    problems.push(`the signature algorithm ${request.signatureAlgorithm} does not fit a key of ${title}`);
  }
  problems.push(...issuerProblems(request, names.length === 0));
  return problems;
}

/** A copied name was read from a certificate: it may be encoded as this program would not. */
function subjectProblems(subject: CertificateRequest['subject']): string[] {
  return isCopied(subject) ? [] : nameProblems(subject);
}

/** A root signs itself and nothing else does; under a CA's own name a certificate would look like that CA. */
function issuerProblems(request: CertificateRequest, hasName: boolean): string[] {
  const { profile, issuer } = request;
  const isRoot = profile.kind === 'root-ca';
  if (issuer === 'self') {
    return isRoot ? [] : [`a certificate of kind "${profile.kind}" needs an issuer, and this one would sign itself`];
  }
  const problems: string[] = [];
  if (isRoot) problems.push('a certificate of kind "root-ca" signs itself, and this one has another issuer');
  if (hasName && sameBytes(subjectNameOf(request), issuer.name)) {
    problems.push('the subject is the name of the issuer, expected another one');
  }
  return problems;
}

/** As `requestProblems`, for a CRL. */
export function crlRequestProblems(request: CrlRequest): string[] {
  const problems = [
    ...timeProblems('thisUpdate', request.thisUpdate),
    ...timeProblems('nextUpdate', request.nextUpdate),
  ];
  // RFC 5280 §5.2.3: at most 20 octets, the sign bit included.
  if (request.number < 0n || request.number >= 1n << 159n) {
    problems.push(`the CRL number ${request.number} is not from 0 to 2^159-1`);
  }
  problems.push(...deltaProblems(request), ...revocationProblems(request.revoked));
  return problems;
}

/** RFC 5280 §5.2.4 (c), (d), §5.2.6, §5.3.1. */
function deltaProblems({ base, number, freshest, revoked }: CrlRequest): string[] {
  if (base === undefined) {
    // A list that comes in has no such reason.
    for (const { serial, reason } of unlisted(revoked))
      if (reason === 'removeFromCRL')
        return [`${Buffer.from(serial).toString('hex')} is removed, and only a delta CRL says so`];
    return [];
  }
  return [
    ...(base < 0n || base >= number
      ? [`the number ${number} of a delta CRL is not above ${base}, that of the CRL which it starts from`]
      : []),
    ...(freshest === undefined ? [] : ['a delta CRL does not say where to find delta CRLs']),
  ];
}

function revocationProblems(revoked: CrlRequest['revoked']): string[] {
  const kept = 'kept' in revoked ? revoked.kept : undefined;
  const changed = 'kept' in revoked ? revoked.changed : undefined;
  const twice = (hex: string) => `the serial number ${hex} is revoked twice`;
  const problems = (kept?.repeated() ?? []).map(twice);
  const seen = new Set<string>();
  const dates = new Set<string>();
  // What is kept was read strictly, and is not written anew.
  // What a list names was held to this when it was read, a million lines by their digests: to each other, to what is kept and
  // to what is decided. The guard holds the whole to it once more.
  for (const { serial, at, invalidSince } of unlisted(revoked)) {
    const hex = Buffer.from(serial.buffer, serial.byteOffset, serial.length).toString('hex');
    if (!isInteger(serial)) {
      problems.push(`the serial number "${hex}" of a revocation is not the content of an INTEGER`);
    }
    if (seen.has(hex) || (kept?.find(hex) !== undefined && !changed?.has(hex))) problems.push(twice(hex));
    seen.add(hex);
    if (invalidSince !== undefined) problems.push(...timeProblems(`the invalidity date of ${hex}`, invalidSince));
    // Dates repeat: a sound one is checked once.
    if (dates.has(at)) continue;
    const faults = timeProblems(`the revocation date of ${hex}`, at);
    if (faults.length === 0) dates.add(at);
    problems.push(...faults);
  }
  return problems;
}

function unlisted(revoked: CrlRequest['revoked']): readonly Revocation[] {
  if (!('added' in revoked)) return revoked;
  const decided = 'listed' in revoked.added ? revoked.added.decided : revoked.added;
  return revoked.changed ? [...revoked.changed.values(), ...decided] : decided;
}

/** X.690 §8.3.2: the fewest octets. */
function isInteger(content: Uint8Array): boolean {
  const [first, second] = [content[0], content[1]];
  if (first === undefined || second === undefined) return first !== undefined;
  return !((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** UTCTime begins in 1950, and what is earlier has no form in certificates (RFC 5280 §4.1.2.5). */
function timeProblems(name: string, at: string): string[] {
  try {
    parseUtc(at);
  } catch (error) {
    if (error instanceof CeremonyError) return [`${name}: ${error.message}`];
    throw error;
  }
  return at < '1950' ? [`${name} "${at}" is before 1950`] : [];
}
