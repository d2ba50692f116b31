import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PREVIOUS_LEDGER, previousCertificatePath } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { refusedBy, refusedByIssuer } from '../pki/delta-policy.ts';
import { takeIssuedList } from '../pki/issued-list.ts';
import type { Revocation } from '../pki/request.ts';
import { type Deadline, revocationDeadlines } from '../pki/revocation-deadlines.ts';
import { type LIST_REASONS, type RevocationBounds, revocationFaults, unsigned } from '../pki/revocation-list.ts';
import { isListed } from '../pki/taken-list.ts';
import { inputPath } from '../plan/inputs.ts';
import { certificatePath, decidedStep, decisionsOf, usedCertificate } from '../plan/known.ts';
import { followed, lastCrlIn, lastCrlPaths } from '../plan/last-crl.ts';
import type { Plan } from '../plan/plan.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { basicConstraints } from '../x509/extensions.ts';
import type { Certificate } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import {
  boundsBy,
  calledBy,
  decidedRevocations,
  partitionOf,
  revocable,
  thisUpdateNow,
  whereDecided,
} from './revocations.ts';

/*
 * One certificate that is to be revoked: which it is, by its own bytes and its CA's signature, and what speaks against it.
 */

/** Type of the step that decides. */
export const DECIDES = 'revoke';

export interface Deciding {
  /** The script's name of the certificate of the CA. */
  readonly issuer: string;
  /** Name of a certificate that the script uses. */
  readonly certificate?: string;
  /** Serial number of one that the ledger has, or the list of `certificates`: hex. */
  readonly serial?: string;
  /** Name of a list that shows that the CA has issued it. */
  readonly certificates?: string;
  readonly reason: (typeof LIST_REASONS)[number];
  /** Date of the revocation, where it is not that of the decision. */
  readonly revoked?: string;
  readonly 'invalid-since'?: string;
}

/** By what it is judged. */
export interface DecisionRead {
  /** Id of the step. */
  readonly id: string;
  readonly plan: Plan;
  /** Up to the decision. */
  readonly events: readonly Event[];
  /** Bytes of a file of the pack; those of `decisionFiles` are enough. */
  readonly file: (path: string) => Uint8Array | undefined;
  /** When it is made, `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
}

export interface Decision {
  /** What people call the certificate. */
  readonly name: string;
  readonly certificate: Certificate;
  readonly isCa: boolean;
  readonly revocation: Revocation;
  /** @param known when the CA came to know of the reason */
  readonly deadlines: (known: string) => readonly Deadline[];
}

/** Those of the paths that the decision is judged by. */
export function decisionFiles(
  params: Deciding,
  { id, plan, events }: Pick<DecisionRead, 'id' | 'plan' | 'events'>,
  paths: readonly string[],
): readonly string[] {
  const { revoke } = decidedStep(plan, id)?.params ?? {};
  const wanted = [
    PREVIOUS_LEDGER,
    certificatePath(plan, params.issuer),
    ...lastPaths(plan, id),
    usedCertificate(plan, params.certificate ?? '')?.path,
    inputPath(events, params.certificates ?? ''),
    typeof revoke === 'string' ? inputPath(events, revoke) : undefined,
  ];
  const isBySerial = params.serial !== undefined && params.certificates === undefined;
  return paths.filter(
    (path) => wanted.includes(path) || (isBySerial && path.startsWith(previousCertificatePath('').replace('.crt', ''))),
  );
}

/**
 * @throws CeremonyError REVOCATION_UNFIT with all that speaks against it; CERTIFICATE_UNFIT for a certificate that is not of
 * this CA; FILE_MISSING; DER_INVALID
 */
export function decide(params: Deciding, read: DecisionRead): Decision {
  const { id, plan, at } = read;
  const issuer = parseCertificate(fileOf(certificatePath(plan, params.issuer), `"${params.issuer}"`, read));
  const { name, certificate } = certificateOf(params, issuer, read);
  if (!verifySignature(issuer.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature))
    throw new CeremonyError(
      'CERTIFICATE_UNFIT',
      `the certificate "${name}", SHA-256 ${sha256(certificate.der)}, is not signed by "${params.issuer}"`,
      { hint: 'a CRL revokes what its own CA has issued' },
    );
  for (const path of lastPaths(plan, id)) fileOf(path, 'the last CRL', read);
  const last = lastCrlIn(plan, followed(decidedStep(plan, id)?.params ?? {}), read.file)?.state;
  const thisUpdate = thisUpdateNow(decidedStep(plan, id), at);
  const serial = certificate.serial.hex;
  const since = params['invalid-since'];
  const revoked = { at: params.revoked ?? thisUpdate, ...(since === undefined ? {} : { invalidSince: since }) };
  const faults = revocationFaults(
    { serial, ...revoked, reason: params.reason },
    revocable(certificate, name, sha256(issuer.spki.der), partitionOf(decidedStep(plan, id))),
    {
      ...boundsBy(last, thisUpdate),
      elsewhere: elsewhere(read),
      noHold: refusedBy(plan.rules, 'hold') ?? refusedByIssuer(issuer, 'hold'),
    },
  );
  if (faults.length > 0)
    throw new CeremonyError('REVOCATION_UNFIT', faults.join('; '), {
      hint: 'nothing is revoked by it: have the decision put right by those who made it, in the script',
    });
  const isCa = basicConstraints(certificate.extensions)?.ca === true;
  return {
    ...{ name, certificate, isCa },
    revocation: { serial: Buffer.from(serial, 'hex'), reason: params.reason, ...revoked },
    deadlines: (known) => revocationDeadlines({ rules: plan.rules, isCa, reason: params.reason }, known, revoked.at),
  };
}

function certificateOf(
  params: Deciding,
  issuer: Certificate,
  read: DecisionRead,
): { readonly name: string; readonly certificate: Certificate } {
  const used = usedCertificate(read.plan, params.certificate ?? '');
  if (used) return { name: used.name, certificate: parseCertificate(fileOf(used.path, `"${used.name}"`, read)) };
  if (params.certificates === undefined) return certificateInLedger(params, issuer, read);
  const path = inputPath(read.events, params.certificates);
  const listed = takeIssuedList(fileOf(path, `the list "${params.certificates}"`, read), path ?? '', issuer);
  const { serial } = params;
  const found = listed.filter((one) => serial === undefined || unsigned(one.serial.hex) === unsigned(serial));
  const [certificate, ...more] = found;
  if (!certificate || more.length > 0)
    throw new CeremonyError(
      'REVOCATION_UNFIT',
      serial === undefined
        ? `the list "${params.certificates}" has ${listed.length} certificates, expected the one that is revoked`
        : `the list "${params.certificates}" has no certificate with the serial number ${serial}`,
      { hint: 'say with "serial:" which of the list is revoked, or bring the one alone' },
    );
  return { name: calledBy(certificate), certificate };
}

function certificateInLedger({ serial = '' }: Deciding, issuer: Certificate, read: DecisionRead) {
  const ledger = read.file(PREVIOUS_LEDGER);
  const { keys, certificates } = ledger ? readLedger(ledger) : { keys: [], certificates: [] };
  const own = sha256(issuer.spki.der);
  const signers = keys.filter((key) => key.spkiSha256 === own).map(({ name }) => name);
  const row = certificates.find((one) => signers.includes(one.key) && unsigned(one.serial) === unsigned(serial));
  if (!row)
    throw new CeremonyError(
      'REVOCATION_UNFIT',
      `this CA has issued no certificate with the serial number ${serial}, by its ledger`,
      {
        hint: 'one that the ledger does not have is shown by its file: an input of type issued-list, and "certificates:"',
      },
    );
  const path = previousCertificatePath(row.sha256);
  return { name: row.name, certificate: parseCertificate(fileOf(path, `"${row.name}"`, read), path) };
}

function lastPaths(plan: Plan, id: string): readonly string[] {
  return lastCrlPaths(plan, followed(decidedStep(plan, id)?.params ?? {}));
}

/** What the same CRL takes up of other decisions, and of a list that was read before. */
function elsewhere({ id, plan, events, file }: DecisionRead): NonNullable<RevocationBounds['elsewhere']> {
  const { params = {} } = decidedStep(plan, id) ?? {};
  const others = { decisions: decisionsOf(params).filter((one) => one !== id) };
  const { revoke } = params;
  const path = typeof revoke === 'string' ? inputPath(events, revoke) : undefined;
  const list = path === undefined ? undefined : file(path);
  const decided = whereDecided(decidedRevocations(others, events));
  return {
    get: (serial) =>
      decided.get(serial) ?? (list && isListed(list, path ?? '', serial) ? `the list "${revoke}"` : undefined),
  };
}

function fileOf(path: string | undefined, what: string, { file }: Pick<DecisionRead, 'file'>): Uint8Array {
  const bytes = path === undefined ? undefined : file(path);
  if (!bytes) throw new CeremonyError('FILE_MISSING', `${what} is not in the pack`);
  return bytes;
}

/** What people typed of it. */
export interface Told {
  /** When the CA came to know of the reason. */
  readonly known: string;
  readonly reportedBy: string;
}

/** What the record has of the decision: all of it follows from the plan, the files, and what people typed. */
export function decisionFacts(decision: Decision, { known, reportedBy }: Told, decidedAt: string): JsonObject {
  const { name, certificate, isCa, revocation, deadlines } = decision;
  const { at, reason, invalidSince } = revocation;
  return {
    ...{ certificate: name, serial: certificate.serial.hex, sha256: sha256(certificate.der), isCa },
    ...{ reason: reason ?? '', revokedAt: at, ...(invalidSince === undefined ? {} : { invalidSince }) },
    ...{ known, reportedBy, decidedAt, deadlines: deadlines(known) },
  };
}

/** The same as people read it. */
export function decisionLines(decision: Decision, { known, reportedBy }: Told): readonly string[] {
  const { name, certificate, isCa, revocation, deadlines } = decision;
  const until = deadlines(known);
  return [
    `Certificate "${name}"${isCa ? ', of a CA' : ''}, serial number ${certificate.serial.hex}`,
    `It is revoked on ${revocation.at}, for ${revocation.reason}.`,
    ...(revocation.invalidSince === undefined ? [] : [`It is not to be trusted since ${revocation.invalidSince}.`]),
    `The CA has known since ${known}, from: ${reportedBy}`,
    ...(until.length === 0 ? ['No rule pack of the script sets a deadline.'] : []),
    ...until.map((one) => `By ${one.until}: ${one.what} (${one.clause})${isPast(one, revocation) ? ' PAST' : ''}`),
  ];
}

/** Whether the revocation itself comes after a deadline that began when the CA came to know. */
export function isPast({ until }: Pick<Deadline, 'until'>, { at }: Pick<Revocation, 'at'>): boolean {
  return at > until;
}
