import type { LedgerCertificate } from '../ledger/ledger.ts';
import type { CalendarFacts } from './facts.ts';

/** `superseded`: the same key has a certificate of the same issuer that ends later. */
export type CertificateState = 'in-force' | 'superseded' | 'revoked';

type StateFacts = Pick<CalendarFacts, 'ledger' | 'revoked'>;

/** What became of a certificate of the ledger, without regard to its dates. */
export function stateOf(certificate: LedgerCertificate, facts: StateFacts): CertificateState {
  if (facts.revoked.has(certificate.sha256)) return 'revoked';
  return issuedAgain(certificate, facts) ? 'superseded' : 'in-force';
}

/** The certificate that took its place: of those for the same key by the same issuer the one that ends last. */
export function issuedAgain(
  { spkiSha256, key, notAfter }: LedgerCertificate,
  { ledger, revoked }: StateFacts,
): LedgerCertificate | undefined {
  return ledger.certificates
    .filter((one) => one.spkiSha256 === spkiSha256 && one.key === key && !revoked.has(one.sha256))
    .reduce<LedgerCertificate | undefined>(
      (last, one) => (one.notAfter > (last?.notAfter ?? notAfter) ? one : last),
      undefined,
    );
}
