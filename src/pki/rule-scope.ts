import { OID } from '../der/oid.ts';
import type { Certificate } from '../x509/model.ts';
import { type CertificateSubject, certificateSubject, extensionOf } from './lint-subject.ts';
import type { CertificateContext } from './rule.ts';

/** Which certificates a rule speaks of, for its `when`. */
export type Scope = (subject: CertificateSubject, context: CertificateContext) => boolean;

export const ofRoot: Scope = (_subject, { kind }) => kind === 'root-ca';
/** Roots, subordinate CAs and cross-certificates. */
export const ofCa: Scope = (_subject, { kind }) => kind !== 'ocsp-responder';
/** Whatever another certificate's key signs. */
export const belowRoot: Scope = (_subject, { kind }) => kind !== 'root-ca';
/** CAs that another CA signs, cross-certificates among them. */
export const ofSubordinate: Scope = (_subject, { kind }) => kind === 'subordinate-ca' || kind === 'cross-certificate';
/** Subordinate CAs that are no cross-certificates. */
export const ofNewSubordinate: Scope = (_subject, { kind }) => kind === 'subordinate-ca';
export const ofCross: Scope = (_subject, { kind }) => kind === 'cross-certificate';
export const ofResponder: Scope = (_subject, { kind }) => kind === 'ocsp-responder';

export const has =
  (oid: string): Scope =>
  ({ certificate }) =>
    extensionOf(certificate.extensions, oid) !== undefined;

/** Where extKeyUsage is there and can be read, and names the purpose. */
export const hasPurpose =
  (oid: string): Scope =>
  ({ extKeyUsage }) =>
    extKeyUsage?.includes(oid) === true;

export const not =
  (scope: Scope): Scope =>
  (subject, context) =>
    !scope(subject, context);

export const all =
  (...scopes: readonly Scope[]): Scope =>
  (subject, context) =>
    scopes.every((scope) => scope(subject, context));

const READ = new WeakMap<Certificate, CertificateSubject>();

/** A certificate of the context, read once for all rules. */
function read(certificate: Certificate): CertificateSubject {
  const known = READ.get(certificate) ?? certificateSubject(certificate);
  READ.set(certificate, known);
  return known;
}

/** The certificate of the CA that signs: a root is its own. */
export function signerOf(subject: CertificateSubject, context: CertificateContext): CertificateSubject {
  return context.kind === 'root-ca' ? subject : read(context.issuer);
}

/** The certificate beside which a cross-certificate stands; for all others the certificate itself. */
export function existingOf(subject: CertificateSubject, context: CertificateContext): CertificateSubject {
  return context.kind === 'cross-certificate' ? read(context.existing) : subject;
}

/** A new CA for TLS servers: it names the purpose (TLS BR §7.1.2.5, §7.1.2.6). */
export const ofTlsSubordinate: Scope = all(ofNewSubordinate, hasPurpose(OID.serverAuth));
/** A new CA for anything else (TLS BR §7.1.2.3). */
export const ofOtherSubordinate: Scope = all(ofNewSubordinate, not(hasPurpose(OID.serverAuth)));
