import type { JsonObject } from '../base/canonical-json.ts';
import { bindDates, type DateExpression } from '../base/date-expressions.ts';
import { formatUtc, parseUtc } from '../base/dates.ts';
import { sha256 } from '../base/digest.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import type { Revocation } from '../pki/request.ts';
import {
  LIST_REASONS,
  type RevocationBounds,
  type Revoked,
  takeRevocationList,
  unsigned,
} from '../pki/revocation-list.ts';
import { inputPath } from '../plan/inputs.ts';
import { revokingStep } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { RunContext, StepEvidence } from '../plan/step-type.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';

/*
 * What of a CA may be revoked, by the ledger of the pack before: a list that comes in is held to it. And what a CRL takes up:
 * of such a list, and of what was decided in the ceremony.
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
  elsewhere: ReadonlyMap<string, string> = new Map(),
): RevocationBounds {
  const own = sha256(issuer.spki.der);
  const signers = new Set(ledger?.keys.filter((key) => key.spkiSha256 === own).map(({ name }) => name));
  const issued = (ledger?.certificates ?? []).filter(({ key }) => signers.has(key));
  return {
    issued: issued.map(({ name, serial, notBefore, notAfter, spkiSha256 }) => {
      return { name, serial, notBefore, notAfter, isOwn: spkiSha256 === own };
    }),
    ...boundsBy(last, thisUpdate),
    elsewhere,
  };
}

/** What the last CRL and the date of the next one allow. */
export function boundsBy(
  last: CertificateList | undefined,
  thisUpdate: string,
): Pick<RevocationBounds, 'listed' | 'lastUpdate' | 'thisUpdate'> {
  return {
    listed: new Map(Array.from(last?.revoked ?? [], ({ serial, at }) => [serial, at.at])),
    lastUpdate: last?.thisUpdate.at,
    thisUpdate,
  };
}

/**
 * thisUpdate that the CRL of that step would have if it were signed now: it may be rounded down, and only moves on.
 * @param now `YYYY-MM-DDTHH:MM:SSZ`
 */
export function thisUpdateNow(step: Pick<PlannedStep, 'params'> | undefined, now: string): string {
  const expression = step?.params['this-update'];
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

/** What a CRL takes up, and where that is said. */
interface Taking {
  /** Name of a list that comes in. */
  readonly revoke?: string;
  /** Ids of steps that decide. */
  readonly decisions?: readonly string[];
}

/**
 * What is added to the CRL before: the lines of the list that was read for it, where one was, and what was decided in this
 * ceremony.
 * @throws CeremonyError REVOCATION_UNFIT
 */
export async function revocationsTaken(
  taking: Taking,
  issuer: Certificate,
  last: CertificateList | undefined,
  now: string,
  { pack, ceremony }: Pick<RunContext<'pack'>, 'pack' | 'ceremony'>,
): Promise<readonly Revocation[]> {
  const events = ceremony.events();
  const path = taking.revoke === undefined ? undefined : inputPath(events, taking.revoke);
  if (path === undefined) return [...decidedRevocations(taking, events).values()];
  const isFirst = !(await pack.list()).includes(PREVIOUS_LEDGER);
  const files = new Map([[path, await pack.read(path)]]);
  if (!isFirst) files.set(PREVIOUS_LEDGER, await pack.read(PREVIOUS_LEDGER));
  return revocationsIn(taking, { path, files, issuer, last, now, plan: ceremony.plan, events });
}

/** The same, of the record. */
export function revocationsJudged(
  taking: Taking,
  issuer: Certificate,
  last: CertificateList | undefined,
  now: string,
  { plan, events, file }: Pick<StepEvidence, 'plan' | 'events' | 'file'>,
): readonly Revocation[] {
  const path = taking.revoke === undefined ? undefined : inputPath(events, taking.revoke);
  const list = path === undefined ? undefined : file(path);
  if (path === undefined || !list) return [...decidedRevocations(taking, events).values()];
  const ledger = file(PREVIOUS_LEDGER);
  const files = new Map([[path, list], ...(ledger ? ([[PREVIOUS_LEDGER, ledger]] as const) : [])]);
  return revocationsIn(taking, { path, files, issuer, last, now, plan, events });
}

/** What a list that was read says, once more by the same measure, and then the decisions. */
function revocationsIn(taking: Taking, read: ListRead): readonly Revocation[] {
  const { path, files, issuer, last, now, plan, events } = read;
  const ledger = files.get(PREVIOUS_LEDGER);
  const decided = decidedRevocations(taking, events);
  const thisUpdate = thisUpdateNow(revokingStep(plan, taking.revoke ?? ''), now);
  const bounds = revocationBounds(ledger && readLedger(ledger), issuer, last, thisUpdate, whereDecided(decided));
  const listed = takeRevocationList(files.get(path) as Uint8Array, path, bounds);
  return [...listed.map(({ revocation }) => revocation), ...decided.values()];
}

interface ListRead {
  /** Of the list. */
  readonly path: string;
  /** The list, and the ledger of the pack before where there is one. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly issuer: Certificate;
  readonly last: CertificateList | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly now: string;
  readonly plan: Pick<Plan, 'acts'>;
  readonly events: readonly Event[];
}

/** Subject of the observation of what was decided. */
export const DECIDED = 'revocation';

/** What the steps of these ids have decided by now, by their ids: the last time, where one was done again. */
export function decidedRevocations(
  { decisions = [] }: Pick<Taking, 'decisions'>,
  events: readonly Event[],
): ReadonlyMap<string, Revocation> {
  return new Map(
    decisions.flatMap((id) => {
      const seen = events.findLast(
        (event): event is Event & ObservationEvent =>
          event.type === 'observation' && event.subject === DECIDED && event.step === id,
      );
      const revocation = seen && revocationOf(seen.facts);
      return revocation ? [[id, revocation] as const] : [];
    }),
  );
}

/** Undefined where the record says something else than a revocation: the step itself is judged for that. */
function revocationOf({ serial, revokedAt, reason, invalidSince }: JsonObject): Revocation | undefined {
  const known = LIST_REASONS.find((one) => one === reason);
  if (typeof serial !== 'string' || typeof revokedAt !== 'string' || !known) return undefined;
  return {
    ...{ serial: Buffer.from(serial, 'hex'), at: revokedAt, reason: known },
    ...(typeof invalidSince === 'string' ? { invalidSince } : {}),
  };
}

/** Serial number, without the zero octet that keeps it positive → the step that revokes it. */
export function whereDecided(decided: ReadonlyMap<string, Revocation>): ReadonlyMap<string, string> {
  return new Map(
    Array.from(decided, ([id, { serial }]) => [unsigned(Buffer.from(serial).toString('hex')), `the step "${id}"`]),
  );
}
