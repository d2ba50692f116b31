import { canonicalJson } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { type ToBeSigned, toBeSigned } from '../quorum/sign-list.ts';
import type { Event, OpeningEvent } from '../transcript/event.ts';
import { adoptionsIn } from './adopted.ts';
import { broken, certificateRow, crlRow, type LedgerPlan, made, type PlannedStep, type ReadFile } from './done.ts';
import { of } from './done-in.ts';
import { formerAfter, renewedAfter } from './former.ts';
import { transitionsIn, withHistory } from './key-history.ts';
import { placesIn } from './keys-left.ts';
import type { Ledger, LedgerCertificate, LedgerCrl } from './ledger.ts';
import { withLost } from './losses.ts';
import { withoutOfficers, withVoid } from './void-sets.ts';

/**
 * The ledger after a ceremony, from what is recorded alone: written by the runner, derived again by a verifier.
 * @param file bytes of the certificates and CRLs, by path in the pack
 * @param previous ledger of the previous pack, whose entries stand first
 * @throws CeremonyError TRANSCRIPT_BROKEN, FILE_MISSING, DER_INVALID, DESCRIPTOR_INVALID when the record does not hold it
 */
export function deriveLedger(
  plan: LedgerPlan,
  events: readonly Event[],
  file: ReadFile,
  previous: Ledger | null = null,
): Ledger {
  const [opening] = events;
  if (opening?.type !== 'opening') broken('the transcript does not begin with its opening');
  const { number } = opening as OpeningEvent;
  const { done, tokens, copies, sets, backups, unused, keyFiles, losses, custody, ...places } = placesIn(
    plan,
    events,
    previous,
  );
  const adopted = adoptionsIn(of(done, 'prove-key'), events, file);
  const keys = withHistory(places.keys, transitionsIn(plan, events, previous), events, number);
  const nameOfKey = (digest: Sha256): string =>
    keys.find((key) => key.spkiSha256 === digest)?.name ?? broken(`no key with SHA-256 ${digest} is known`);
  const signed = done.flatMap(({ operation, step }) =>
    toBeSigned(operation).map((one) => ({ ...one, step, listed: operation.op === 'sign-list' })),
  );
  const crls = signed.filter(({ kind }) => kind === 'crl');
  const certificates = signed.filter(({ kind }) => kind === 'certificate');
  const adoptions = [...(previous?.adoptions ?? []), ...adopted.map(({ adoption }) => adoption)];
  const boxes = { ...previous?.boxes, ...plan.boxes };
  const former = formerAfter(events, previous?.former ?? []);
  const renewed = renewedAfter(events, previous?.renewed ?? []);
  return {
    type: 'quorate/ledger/1',
    ceremony: sha256(canonicalJson(opening)),
    number,
    previous: (opening as OpeningEvent).previous,
    tokens,
    keys,
    copies,
    ...(adoptions.length === 0 ? {} : { adoptions }),
    certificates: [
      ...(previous?.certificates ?? []),
      ...certificates.map((entry) => certificateOf(entry, file, nameOfKey)),
      ...adopted.flatMap((one) => one.certificates),
    ],
    crls: [
      ...(previous?.crls ?? []),
      ...crls.map((entry) => crlOf(entry, file, nameOfKey)),
      ...adopted.map(({ crl }) => crl),
    ],
    shareSets: withoutOfficers(withVoid(withLost(sets, { losses }), { keys, copies, tokens }), { tokens, custody }),
    ...(former.length === 0 ? {} : { former }),
    ...(renewed.length === 0 ? {} : { renewed }),
    ...(backups.length === 0 ? {} : { backups }),
    ...(unused.length === 0 ? {} : { unused }),
    ...(keyFiles.length === 0 ? {} : { keyFiles }),
    ...(Object.keys(boxes).length === 0 ? {} : { boxes }),
    ...(losses.length === 0 ? {} : { losses }),
    custody,
  };
}

/** One document that a key signed, alone or in a list. */
type Signed = ToBeSigned & { readonly step: PlannedStep; readonly listed: boolean };

function certificateOf(
  { out, key, step, listed }: Signed,
  file: ReadFile,
  nameOfKey: (digest: Sha256) => string,
): LedgerCertificate {
  // A step that issues many names none of them: their files do.
  const name = listed ? out.replace(/\.crt$/, '') : made(step, 'certificate');
  return certificateRow({ name, path: `certificates/${out}`, step: step.key }, nameOfKey(key), file);
}

function crlOf({ out, key, step }: Signed, file: ReadFile, nameOfKey: (digest: Sha256) => string): LedgerCrl {
  return crlRow({ name: made(step, 'crl'), path: `crls/${out}`, step: step.key }, nameOfKey(key), file, 'made');
}
