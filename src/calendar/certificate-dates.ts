import { addDuration, durationInWords, formatUtc, parseUtc } from '../base/dates.ts';
import type { LedgerCertificate } from '../ledger/ledger.ts';
import { signs } from '../quorum/key-states.ts';
import { issuedAgain } from './certificate-state.ts';
import type { DueDate, Intervals, Note } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';

type CertificateFacts = Pick<CalendarFacts, 'ledger' | 'revoked'>;

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** The end of each certificate, and of those in force the day from which one of the same key has to follow. */
export function certificateDates(facts: CertificateFacts, intervals: Intervals, note: Note): DueDate[] {
  return facts.ledger.certificates.flatMap((certificate) => {
    const { name, sha256, notAfter } = certificate;
    const what = `certificate "${name}"`;
    if (facts.revoked.has(sha256)) {
      note(`${what} is revoked: its end at ${notAfter} is no date`);
      return [];
    }
    const successor = issuedAgain(certificate, facts);
    const serial = `serial ${certificate.serial}, signed by "${certificate.key}"`;
    const end: DueDate = {
      kind: 'certificate-end',
      at: notAfter,
      what,
      about: sha256,
      says: successor
        ? `${serial}; issued again as "${successor.name}", until ${successor.notAfter}`
        : `${serial}; nothing that hangs on it is trusted any more`,
    };
    const own = facts.ledger.keys.find(({ spkiSha256 }) => spkiSha256 === certificate.spkiSha256);
    // Of a key that is destroyed or given up nothing is issued again.
    const isOver = own !== undefined && !signs(own.state);
    return successor || isOver ? [end] : [reissueOf(certificate, what, facts, intervals), end];
  });
}

/** Before its end by the interval, or by the length of what is below it if that is longer; by the lead where it is not that long itself. */
function reissueOf(
  certificate: LedgerCertificate,
  what: string,
  facts: CertificateFacts,
  { reissue, lead }: Intervals,
): DueDate {
  const { notAfter, notBefore, sha256 } = certificate;
  const end = parseUtc(notAfter);
  const asked = addDuration(end, reissue, -1) > parseUtc(notBefore) ? reissue : lead;
  const before = addDuration(end, asked, -1);
  const child = longestBelow(certificate, facts);
  const fitting = child ? end - lengthOf(child) : before;
  return {
    kind: 'reissue',
    at: formatUtc(Math.min(before, fitting)),
    what,
    about: sha256,
    says:
      child && fitting < before
        ? `from then on one as long as "${child.name}" (${Math.round(lengthOf(child) / DAY)} days) would outlive it; the window closes at ${notAfter}`
        : `${durationInWords(asked)} before its end; the window closes at ${notAfter}`,
  };
}

/**
 * Of the certificates that its key has issued for other keys the one that lasts longest. One that ends with it was cut
 * there (TLS BR §6.3.2 and X.509's shell model want nothing below to outlive what is above), and says nothing of how
 * long such certificates are wanted.
 */
function longestBelow(
  { spkiSha256, notAfter }: LedgerCertificate,
  { ledger, revoked }: CertificateFacts,
): LedgerCertificate | undefined {
  const key = ledger.keys.find((one) => one.spkiSha256 === spkiSha256);
  return ledger.certificates
    .filter((one) => one.key === key?.name && one.spkiSha256 !== spkiSha256 && one.notAfter < notAfter)
    .filter(({ sha256 }) => !revoked.has(sha256))
    .reduce<LedgerCertificate | undefined>(
      (longest, one) => (longest === undefined || lengthOf(one) > lengthOf(longest) ? one : longest),
      undefined,
    );
}

/** Both ends are in it (RFC 5280 §4.1.2.5). Milliseconds. */
function lengthOf({ notBefore, notAfter }: LedgerCertificate): number {
  return parseUtc(notAfter) - parseUtc(notBefore) + SECOND;
}
