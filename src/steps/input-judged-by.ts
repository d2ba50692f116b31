import type { Octets } from '../base/octets.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { existingPath } from '../plan/existing.ts';
import type { FolderFiles } from '../plan/folder-input.ts';
import { inputOf } from '../plan/inputs.ts';
import { decisionsOf, revokingStep, usedCrl } from '../plan/known.ts';
import { followed, lastCrlIn, lastCrlPaths } from '../plan/last-crl.ts';
import type { Plan, PlannedInput } from '../plan/plan.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { CertificateList } from '../x509/model.ts';
import { expectedOf } from './folder-taken.ts';
import type { Wanted } from './input-taken.ts';
import { decidedRevocations, partitionOf, revocationBounds, shownFor, whereDecided } from './revocations.ts';

/** Where the certificate lies that must have signed it; undefined where none is named, or none is there yet. */
export function pathOfIssuer({ issuer }: PlannedInput, plan: Plan, events: readonly Event[]): string | undefined {
  return issuer === undefined ? undefined : existingPath(plan, events, issuer);
}

/** Where the CRL lies after which the one comes that revokes what the list of that name says, and the delta CRL after it. */
export function pathsOfLast(name: string, plan: Plan): readonly string[] {
  return lastCrlPaths(plan, followed(revokingStep(plan, name)?.params ?? {}));
}

/** What is revoked by then. */
export function lastOf(
  name: string,
  plan: Plan,
  file: (path: string) => Octets | undefined,
): CertificateList | undefined {
  return lastCrlIn(plan, followed(revokingStep(plan, name)?.params ?? {}), file)?.state;
}

/** By what an input is judged: files of the pack, and the time. */
export interface Known {
  /** The ledger of the pack before, as this pack carries it, and requests of folders. */
  readonly carried: FolderFiles;
  /** The certificate of the CA that must have signed it, or of which it speaks: DER. */
  readonly issuer: Uint8Array | undefined;
  /** Of a revocation list: that CA's last CRL. */
  readonly last: CertificateList | undefined;
  /** Of a revocation list: the list of certificates that it names, as it was read. */
  readonly shown: Uint8Array | undefined;
  /** Of a revocation list: thisUpdate of the CRL that takes it up, if it were signed now. */
  readonly thisUpdate: string;
}

export function wantedOf(name: string, plan: Plan, events: readonly Event[], { thisUpdate, ...known }: Known): Wanted {
  const ledger = known.carried.get(PREVIOUS_LEDGER);
  const input = inputOf(plan, name);
  const scope = partitionOf(revokingStep(plan, name));
  const issuer = known.issuer && parseCertificate(known.issuer, `the certificate "${input?.issuer ?? ''}"`);
  return {
    ...expectedOf(name, plan, events, known.carried),
    issuer,
    partition: usedCrl(plan, input?.mustEqual ?? '')?.scope,
    revocable:
      issuer &&
      revocationBounds(
        ledger && readLedger(ledger),
        issuer,
        known.last,
        thisUpdate,
        whereDecided(decidedRevocations({ decisions: decisionsOf(revokingStep(plan, name)?.params ?? {}) }, events)),
        shownFor(plan, name, issuer, events, () => known.shown),
        input?.issued === 'asserted',
        plan.rules,
        scope && { scope, file: (path) => known.carried.get(path) },
      ),
  };
}
