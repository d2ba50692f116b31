import { OID } from '../der/oid.ts';
import { contextConstructed } from '../der/tags.ts';
import { element, integer, oid, raw, sequence, set } from '../der/writer.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import type { KeyAlgorithmName } from './algorithms.ts';
import { certificateExtensions, encodeExtension, type WantedExtension } from './extensions.ts';
import { encodeName, nameProblems, type SubjectAttribute } from './name.ts';
import type { CertificateFields, CertificateProfile } from './profile.ts';

/** Everything that decides the CertificationRequestInfo of a request for a key of ours, but for the key. */
export interface OwnRequest {
  /** In the order of the encoding. */
  readonly subject: readonly SubjectAttribute[];
  /** What the certificate is to say of its subject; undefined for a request that asks for no extensions. */
  readonly profile: CertificateProfile | undefined;
  readonly keyAlgorithm: KeyAlgorithmName;
}

/** Why it cannot be made, one message each. */
export function ownRequestProblems({ subject }: OwnRequest): string[] {
  return nameProblems(subject);
}

/**
 * Those fields of a profile that a CA says of itself, and asks for: what it is and what its key is for. Addresses, policies
 * and constraints are for the one that signs to say: they are of its CRLs, its practice and its trust (RFC 5280 §4.2.1).
 */
export function requestedFields(profile: CertificateProfile): CertificateFields {
  const { fields } = profile;
  const length = fields['path-length'];
  const purposes = fields['extended-key-usage'];
  return {
    'basic-constraints': fields['basic-constraints'],
    ...(length === undefined ? {} : { 'path-length': length }),
    'key-usage': fields['key-usage'],
    'subject-key-identifier': fields['subject-key-identifier'],
    // Its kind only: whose it is, and so the extension, is for the one that signs to say.
    'authority-key-identifier': fields['authority-key-identifier'],
    ...(purposes === undefined ? {} : { 'extended-key-usage': purposes }),
  };
}

/** Names of the fields that the profile has and the request leaves to the one that signs. */
export function fieldsLeftOut(profile: CertificateProfile): string[] {
  const asked = requestedFields(profile);
  return Object.keys(profile.fields).filter((name) => !Object.hasOwn(asked, name));
}

/** The extensions that it asks for, as a certificate of that profile has them, and the subject key identifier. */
export function requestedExtensions({ profile }: Pick<OwnRequest, 'profile'>, spki: Uint8Array): WantedExtension[] {
  if (!profile) return [];
  const subject = deriveKeyIdentifier(parseSpki(spki));
  return certificateExtensions(requestedFields(profile), { subject, authority: subject }).filter(
    ({ oid: identifier }) => identifier !== OID.authorityKeyIdentifier,
  );
}

/**
 * The CertificationRequestInfo (RFC 2986 §4.1) in this program's own encoding. Requests are made by another encoder; this
 * one says what its result must be, byte for byte.
 * @param spki DER of the SubjectPublicKeyInfo
 */
export function encodeRequestInfo(request: OwnRequest, spki: Uint8Array): Uint8Array {
  const extensions = requestedExtensions(request, spki).map(encodeExtension);
  // RFC 2985 §5.4.2: one value, all of Extensions.
  const attributes = extensions.length === 0 ? [] : [sequence(oid(OID.extensionRequest), set(sequence(...extensions)))];
  // Not OPTIONAL, and IMPLICIT: a request that asks for nothing has an empty set.
  return sequence(integer(0), encodeName(request.subject), raw(spki), element(contextConstructed(0), ...attributes));
}
