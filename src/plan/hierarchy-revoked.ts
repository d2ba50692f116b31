import { type CrlReason, reasonCode } from '../x509/crl-extensions.ts';
import type { CertificateList } from '../x509/model.ts';
import { comparedName } from './compared-name.ts';
import type { Fault, Member } from './hierarchy.ts';

/* What CRLs say of the certificates of a hierarchy, and what follows for those that are signed now. */

export function belowRevoked(issuer: Member, crls: readonly CertificateList[]): Fault[] {
  return revocations(issuer, crls).map(({ at }) => ({
    of: 'issuer',
    message: `stands below "${issuer.name}", which was revoked at ${at}`,
  }));
}

/** What is said of a key that somebody else may have. Who gives no reason does not say otherwise (RFC 5280 §5.3.1). */
const LOST: ReadonlySet<CrlReason | undefined> = new Set(['keyCompromise', 'cACompromise', 'unspecified', undefined]);

/** Of a key that was compromised there is no certificate any more, whoever asks for it (TLS BR §6.1.1.3). */
export function ofLostKey(member: Member, other: Member, crls: readonly CertificateList[]): Fault[] {
  if (member.key !== other.key || (other.name === member.existing && member.changes !== undefined)) return [];
  return revocations(other, crls).flatMap(({ at, reason }) => {
    const message = `certifies the key of "${other.name}", which was revoked at ${at} for ${reason ?? 'no stated reason'}`;
    return LOST.has(reason) ? [{ of: 'subject' as const, message }] : [];
  });
}

/** When CRLs have it revoked, UTC, and why. */
export function revocations(
  { certificate, serial }: Member,
  crls: readonly CertificateList[],
): { readonly at: string; readonly reason: CrlReason | undefined }[] {
  return crls.flatMap((crl) => {
    if (comparedName(crl.issuer) !== comparedName(certificate.issuer)) return [];
    const entry = serial === null ? undefined : crl.revoked.find(serial);
    return entry ? [{ at: entry.at.at, reason: reasonCode(entry.extensions) }] : [];
  });
}
