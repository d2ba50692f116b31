import { addDuration, durationInWords, formatUtc, parseUtc } from '../base/dates.ts';
import type { LedgerCrl } from '../ledger/ledger.ts';
import { signs } from '../quorum/key-states.ts';
import { scopeKey, scopeWords } from '../x509/crl-scope.ts';
import type { DueDate, Intervals, Note } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';
import { newestCrls, newestDeltas } from './ledger-file.ts';

type CrlFacts = Pick<CalendarFacts, 'ledger' | 'revoked'>;

/** Of the newest CRL and delta CRL of each issuer, or of each of its partitions: its end, and the last safe day for the ceremony that signs the next. */
export function crlDates(facts: CrlFacts, intervals: Intervals, note: Note): DueDate[] {
  noteWithout(facts, note);
  return [...newestCrls(facts.ledger), ...newestDeltas(facts.ledger)].flatMap((crl) =>
    datesOf(crl, facts, intervals, note),
  );
}

function datesOf(crl: LedgerCrl, facts: CrlFacts, intervals: Intervals, note: Note): DueDate[] {
  const { issuer, number, base, scope, thisUpdate, nextUpdate } = crl;
  const isDelta = base !== undefined;
  const lead = isDelta ? intervals.deltaLead : intervals.lead;
  const part = scope === undefined ? '' : ` (partition ${scopeWords(scope)})`;
  const what = `${isDelta ? 'delta CRL' : 'CRL'} "${crl.name}" of "${issuer}"${part}`;
  const ofKey = facts.ledger.keys.find(({ name }) => name === issuer)?.spkiSha256 ?? issuer;
  const about = scope === undefined ? ofKey : `${ofKey} ${scopeKey(scope)}`;
  const end: DueDate = {
    kind: isDelta ? 'delta-end' : 'crl-end',
    at: nextUpdate,
    what,
    about,
    says: isDelta
      ? `number ${number}, since CRL ${base}, from ${thisUpdate}; from then on nobody can tell what has changed: the next one, or a complete one, is published before`
      : `number ${number}, from ${thisUpdate}; from then on nobody can tell what is revoked: the next one is published before`,
  };
  const signer = facts.ledger.keys.find(({ name }) => name === issuer);
  if (signer !== undefined && !signs(signer.state)) {
    note(`${what} has no successor: its key is ${signer.state}, and signs nothing`);
    return [end];
  }
  const last = endOf(issuer, facts);
  if (last !== undefined && last <= nextUpdate) {
    note(`${what} has no successor: it ends at ${nextUpdate}, and its CA at ${last}`);
    return [end];
  }
  const day = formatUtc(addDuration(parseUtc(nextUpdate), lead, -1));
  if (day <= thisUpdate)
    note(`${what} holds no longer than the lead of ${durationInWords(lead)}: its ceremony is due before it begins`);
  const ceremony: DueDate = {
    kind: isDelta ? 'delta-ceremony' : 'crl-ceremony',
    at: day,
    what,
    about,
    says: `number ${number} ends at ${nextUpdate}; ${durationInWords(lead)} remain for a ceremony that fails, and for publishing`,
  };
  return [ceremony, end];
}

/** When the last certificate of a CA ends that is not revoked; undefined where the ledger has none of it. */
function endOf(issuer: string, { ledger, revoked }: CrlFacts): string | undefined {
  const key = ledger.keys.find(({ name }) => name === issuer);
  return ledger.certificates
    .filter(({ spkiSha256, sha256 }) => spkiSha256 === key?.spkiSha256 && !revoked.has(sha256))
    .map(({ notAfter }) => notAfter)
    .sort()
    .at(-1);
}

/** TLS BR §4.9.7 wants the first CRL within 24 hours of the first certificate; other policies fix no time, or none at all. */
function noteWithout({ ledger: { certificates, crls } }: CrlFacts, note: Note): void {
  const signers = new Set(certificates.map(({ key }) => key));
  for (const { issuer } of crls) signers.delete(issuer);
  for (const key of signers)
    note(`"${key}" has signed certificates, and the ledger has no CRL of it: none is due here`);
}
