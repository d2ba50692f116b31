import { bindDates, type DateExpression } from '../base/date-expressions.ts';
import { formatUtc, parseUtc } from '../base/dates.ts';
import { sha256 } from '../base/digest.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { listWith, type Succession } from '../pki/crl-succession.ts';
import type { Revocation } from '../pki/request.ts';
import { type RevocationBounds, type Revoked, takeRevocationList } from '../pki/revocation-list.ts';
import { inputPath } from '../plan/inputs.ts';
import { revokingStep } from '../plan/known.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunContext, StepEvidence } from '../plan/step-type.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';

/*
 * What of a CA may be revoked, by the ledger of the pack before: a list that comes in is held to it.
 */

/**
 * @param issuer certificate of the CA whose certificates are to be revoked
 * @param last the CRL that the one to come follows; undefined where none does
 * @param thisUpdate that the next CRL would have now: `YYYY-MM-DDTHH:MM:SSZ`
 */
export function revocationBounds(
  ledger: Pick<Ledger, 'keys' | 'certificates'> | undefined,
  issuer: Certificate,
  last: CertificateList | undefined,
  thisUpdate: string,
): RevocationBounds {
  const own = sha256(issuer.spki.der);
  const signers = new Set(ledger?.keys.filter((key) => key.spkiSha256 === own).map(({ name }) => name));
  const issued = (ledger?.certificates ?? []).filter(({ key }) => signers.has(key));
  return {
    issued: issued.map(({ name, serial, notBefore, notAfter, spkiSha256 }) => {
      return { name, serial, notBefore, notAfter, isOwn: spkiSha256 === own };
    }),
    listed: { get: (serial) => last?.revoked.find(serial)?.at.at },
    lastUpdate: last?.thisUpdate.at,
    thisUpdate,
  };
}

/**
 * thisUpdate that the CRL would have which takes up the list, if it were signed now: it may be rounded down, and only moves on.
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 */
export function thisUpdateNow(plan: Pick<Plan, 'acts'>, list: string, now: string): string {
  const expression = revokingStep(plan, list)?.params['this-update'];
  if (expression === undefined) return now;
  const expressions = { [THIS_UPDATE]: expression as unknown as DateExpression };
  const bound = bindDates(expressions, { proposal: parseUtc(now), named: {} }).dates[THIS_UPDATE];
  return bound === undefined ? now : formatUtc(bound);
}

const THIS_UPDATE = 'this-update';

/** `4f…: "issuing-1", keyCompromise, on 2026-11-28T09:00:00Z, invalid since 2026-11-01T00:00:00Z` */
export function revokedWords({ name, revocation }: Revoked): string {
  const { serial, at, reason, invalidSince } = revocation;
  const since = invalidSince === undefined ? '' : `, invalid since ${invalidSince}`;
  return `${Buffer.from(serial).toString('hex')}: "${name}", ${reason ?? 'no reason'}, on ${at}${since}`;
}

/** What the list adds that was read for it: nothing where none was given. @throws CeremonyError REVOCATION_UNFIT */
export async function listTaken(
  { revoke }: { readonly revoke?: string },
  issuer: Certificate,
  last: CertificateList | undefined,
  now: string,
  { pack, ceremony }: Pick<RunContext<'pack'>, 'pack' | 'ceremony'>,
): Promise<readonly Revocation[]> {
  const path = revoke === undefined ? undefined : inputPath(ceremony.events(), revoke);
  if (revoke === undefined || path === undefined) return [];
  const thisUpdate = thisUpdateNow(ceremony.plan, revoke, now);
  const isFirst = !(await pack.list()).includes(PREVIOUS_LEDGER);
  const ledger = isFirst ? undefined : await pack.read(PREVIOUS_LEDGER);
  return revocationsIn({ list: await pack.read(path), ledger, issuer, last, thisUpdate }, path);
}

/** The same, of the record. */
export function listJudged(
  { revoke }: { readonly revoke?: string },
  issuer: Certificate,
  last: CertificateList | undefined,
  now: string,
  { plan, events, file }: Pick<StepEvidence, 'plan' | 'events' | 'file'>,
): readonly Revocation[] {
  const path = revoke === undefined ? undefined : inputPath(events, revoke);
  const list = path === undefined ? undefined : file(path);
  if (revoke === undefined || path === undefined || !list) return [];
  const thisUpdate = thisUpdateNow(plan, revoke, now);
  return revocationsIn({ list, ledger: file(PREVIOUS_LEDGER), issuer, last, thisUpdate }, path);
}

/** What a list that was read says, once more by the same measure. */
function revocationsIn({ list, ledger, issuer, last, thisUpdate }: ListRead, name: string): readonly Revocation[] {
  const bounds = revocationBounds(ledger && readLedger(ledger), issuer, last, thisUpdate);
  return takeRevocationList(list, name, bounds).map(({ revocation }) => revocation);
}

interface ListRead {
  readonly list: Uint8Array;
  /** Of the pack before. */
  readonly ledger: Uint8Array | undefined;
  readonly issuer: Certificate;
  readonly last: CertificateList | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly thisUpdate: string;
}

/** The numbers and entries of a CRL that repeats what the one before lists, and then has what is new. */
export function crlWith(before: Succession | undefined, added: readonly Revocation[]): Succession | undefined {
  if (added.length === 0) return before;
  const { number, revoked } = before ?? { number: 1n, revoked: [] };
  if ('kept' in revoked) return { number, revoked: listWith(revoked.kept, [...revoked.added, ...added]) };
  return { number, revoked: [...revoked, ...added] };
}
