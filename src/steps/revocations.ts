import type { JsonObject } from '../base/canonical-json.ts';
import { bindDates, type DateExpression } from '../base/date-expressions.ts';
import { formatUtc, parseUtc } from '../base/dates.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { OID } from '../der/oid.ts';
import { isCarriedCertificate, PREVIOUS_LEDGER, previousCertificatePath } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { type Added, addedBy } from '../pki/crl-succession.ts';
import { refusedBy, refusedByIssuer } from '../pki/delta-policy.ts';
import { isOnHold } from '../pki/delta-succession.ts';
import { takeIssuedList } from '../pki/issued-list.ts';
import type { Revocation } from '../pki/request.ts';
import { LIST_REASONS, type Revocable, type RevocationBounds, type Revoked, unsigned } from '../pki/revocation-list.ts';
import { takeRevocationList } from '../pki/taken-list.ts';
import { inputOf, inputPath } from '../plan/inputs.ts';
import { revokingStep } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { RunContext, StepEvidence } from '../plan/step-type.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type CrlScope, outside } from '../x509/crl-scope.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';

/*
 * What of a CA may be revoked, by the ledger of the pack before: a list that comes in is held to it. And what a CRL takes up:
 * of such a list, and of what was decided in the ceremony.
 */

/**
 * @param issuer certificate of the CA whose certificates are to be revoked
 * @param last the CRL that the one to come follows; undefined where none does
 * @param thisUpdate that the next CRL would have now: `YYYY-MM-DDTHH:MM:SSZ`
 * @param elsewhere what the next CRL takes up besides: serial number → where that is said
 * @param shown certificates of that CA that the ledger may lack
 * @param asserted whether people say of all others that it has issued them
 * @param rules packs that the script claims
 * @param partition of the CRL that takes them up; undefined where it is of all that the CA issues
 */
export function revocationBounds(
  ledger: Pick<Ledger, 'keys' | 'certificates'> | undefined,
  issuer: Certificate,
  last: CertificateList | undefined,
  thisUpdate: string,
  elsewhere: ReadonlyMap<string, string> = new Map(),
  shown: readonly Certificate[] = [],
  asserted = false,
  rules: readonly string[] = [],
  partition: Partition | undefined = undefined,
): RevocationBounds {
  const own = sha256(issuer.spki.der);
  const signers = new Set(ledger?.keys.filter((key) => key.spkiSha256 === own).map(({ name }) => name));
  const issued = (ledger?.certificates ?? []).filter(({ key }) => signers.has(key));
  return {
    issued: [
      ...shown.map((one) => revocable(one, calledBy(one), own, partition?.scope)),
      // Of one that both have, the ledger's name is the one that people know.
      ...issued.map(({ name, serial, notBefore, notAfter, spkiSha256, sha256: digest }) => {
        const row = { name, serial, notBefore, notAfter, isOwn: spkiSha256 === own };
        return partition === undefined ? row : withOutside(row, digest, partition);
      }),
    ],
    ...boundsBy(last, thisUpdate),
    ...{ elsewhere, asserted },
    noHold: refusedBy(rules, 'hold') ?? refusedByIssuer(issuer, 'hold'),
  };
}

/** Of a CRL that is not of all that its CA issues. */
export interface Partition {
  readonly scope: CrlScope;
  /** Bytes of a file of the pack; the certificates of the ledger are enough. */
  readonly file: (path: string) => Uint8Array | undefined;
}

/** The partition of the CRL of a step. */
export function partitionOf(step: Pick<PlannedStep, 'params'> | undefined): CrlScope | undefined {
  return step?.params['partition'] as CrlScope | undefined;
}

/** Which partition it is in its bytes say, and of thousands only those that are asked about are read. */
function withOutside(row: Revocable, digest: Sha256, { scope, file }: Partition): Revocable {
  return {
    ...row,
    get outside() {
      const path = previousCertificatePath(digest);
      const der = file(path);
      return der ? outside(scope, parseCertificate(der, path)) : `the pack has no "${path}", which would say so`;
    },
  };
}

/** @param own SHA-256 of the SubjectPublicKeyInfo of the CA @param scope of the CRL that would list it */
export function revocable(certificate: Certificate, name: string, own: Sha256, scope?: CrlScope): Revocable {
  const { serial, notBefore, notAfter, spki } = certificate;
  return {
    ...{ name, serial: serial.hex, notBefore: notBefore.at, notAfter: notAfter.at },
    isOwn: sha256(spki.der) === own,
    outside: scope && outside(scope, certificate),
  };
}

/** Common name, as it may be shown; the serial number where there is none. */
export function calledBy({ subject, serial }: Pick<Certificate, 'subject' | 'serial'>): string {
  const common = subject.attributes.findLast(({ oid }) => oid === OID.commonName)?.value;
  return escapeForeign(common ?? serial.hex);
}

/** What the last CRL and the date of the next one allow. */
export function boundsBy(
  last: CertificateList | undefined,
  thisUpdate: string,
): Pick<RevocationBounds, 'listed' | 'onHold' | 'lastUpdate' | 'thisUpdate'> {
  return {
    listed: { get: (serial) => last?.revoked.find(serial)?.at.at },
    onHold: { has: (serial) => last !== undefined && isOnHold(last.revoked, serial) },
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
  const called = name === undefined ? 'of which nothing else is shown' : `"${name}"`;
  return `${Buffer.from(serial).toString('hex')}: ${called}, ${reason ?? 'no reason'}, on ${at}${since}`;
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
): Promise<Added> {
  const events = ceremony.events();
  const path = taking.revoke === undefined ? undefined : inputPath(events, taking.revoke);
  if (path === undefined) return [...decidedRevocations(taking, events).values()];
  const { plan } = ceremony;
  const wanted = [path, PREVIOUS_LEDGER, shownPath(plan, taking.revoke ?? '', events)];
  const files = new Map<string, Uint8Array>();
  const isPartitioned = partitionOf(revokingStep(plan, taking.revoke ?? '')) !== undefined;
  for (const one of await pack.list())
    if (wanted.includes(one) || (isPartitioned && isCarriedCertificate(one))) files.set(one, await pack.read(one));
  return revocationsIn(taking, { path, file: (one) => files.get(one), issuer, last, now, plan, events });
}

/** The same, of the record. */
export function revocationsJudged(
  taking: Taking,
  issuer: Certificate,
  last: CertificateList | undefined,
  now: string,
  { plan, events, file }: Pick<StepEvidence, 'plan' | 'events' | 'file'>,
): Added {
  const path = taking.revoke === undefined ? undefined : inputPath(events, taking.revoke);
  if (path === undefined || !file(path)) return [...decidedRevocations(taking, events).values()];
  return revocationsIn(taking, { path, file, issuer, last, now, plan, events });
}

/** The certificates of the list that a revocation list names; none where it names none, or none was brought. */
export function shownFor(
  plan: Pick<Plan, 'inputs'>,
  list: string,
  issuer: Certificate,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
): readonly Certificate[] {
  const path = shownPath(plan, list, events);
  const bytes = path === undefined ? undefined : file(path);
  return path === undefined || !bytes ? [] : takeIssuedList(bytes, path, issuer);
}

/** Where that list of certificates lies. */
export function shownPath(plan: Pick<Plan, 'inputs'>, list: string, events: readonly Event[]): string | undefined {
  const { certificates } = inputOf(plan, list) ?? {};
  return certificates === undefined ? undefined : inputPath(events, certificates);
}

/** What a list that was read says, once more by the same measure, and then the decisions. */
function revocationsIn(taking: Taking, read: ListRead): Added {
  const { path, file, issuer, last, now, plan, events } = read;
  const { revoke = '' } = taking;
  const ledger = file(PREVIOUS_LEDGER);
  const decided = decidedRevocations(taking, events);
  const scope = partitionOf(revokingStep(plan, revoke));
  const bounds = revocationBounds(
    ledger && readLedger(ledger),
    issuer,
    last,
    thisUpdateNow(revokingStep(plan, revoke), now),
    whereDecided(decided),
    shownFor(plan, revoke, issuer, events, file),
    inputOf(plan, revoke)?.issued === 'asserted',
    plan.rules,
    scope && { scope, file },
  );
  return addedBy(takeRevocationList(file(path) as Uint8Array, path, bounds), [...decided.values()]);
}

interface ListRead {
  /** Of the list. */
  readonly path: string;
  /** The list, the ledger of the pack before where there is one, and the certificates that the ledger lacks. */
  readonly file: (path: string) => Uint8Array | undefined;
  readonly issuer: Certificate;
  readonly last: CertificateList | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly now: string;
  readonly plan: Pick<Plan, 'acts' | 'inputs' | 'rules'>;
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
