import type { Json } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Added, crlAfter, crlWith, type Succession } from '../pki/crl-succession.ts';
import { deltaAfter } from '../pki/delta-succession.ts';
import type { LastCrl } from '../pki/last-crl.ts';
import { unsigned } from '../pki/revocation-list.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { usedCertificate } from './known.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { makerOf, proposalOf } from './record.ts';

/*
 * A CRL as its step asks for it: complete, or a delta CRL, which lists what has changed since a complete one. A delta CRL beside
 * a complete one has its number, its date and what it takes up (RFC 5280 §5.2.3).
 */

/** A certificate that is released from its hold. */
export interface Release {
  /** Name of one that the script uses. */
  readonly certificate?: string;
  /** Serial number, hex. */
  readonly serial?: string;
}

export function releasesOf({ release }: PlannedStep['params']): readonly Release[] {
  return Array.isArray(release) ? (release as readonly Json[] as readonly Release[]) : [];
}

/** The step of the complete CRL beside which this step signs a delta CRL. */
export function besideStep(plan: Plan, { beside }: PlannedStep['params']): PlannedStep | undefined {
  return typeof beside === 'string' ? makerOf(plan, 'crl', beside) : undefined;
}

/** Whose list and decisions a CRL takes up: its own, or those of the complete one beside it. */
export function takingStep<P extends PlannedStep['params']>(plan: Plan, params: P): P {
  return (besideStep(plan, params)?.params ?? params) as P;
}

/**
 * The moment to which the dates of a CRL are bound: that of its proposal, or of the proposal of the complete one beside it.
 * @param events before its own proposal
 */
export function boundAt(plan: Plan, params: PlannedStep['params'], events: readonly Event[], at: string): string {
  const beside = besideStep(plan, params);
  if (!beside) return at;
  const proposed = proposalOf(events, beside.key);
  if (proposed) return proposed.at;
  throw new CeremonyError('HSM_OBJECT_MISSING', `the CRL of step "${beside.id}" is neither signed nor proposed`);
}

/** Files of the pack from which it follows what is released. */
export function releasePaths(plan: Pick<Plan, 'uses'>, params: PlannedStep['params']): readonly string[] {
  return releasesOf(params).flatMap(({ certificate }) => usedCertificate(plan, certificate ?? '')?.path ?? []);
}

/**
 * Serial numbers of what is released: content octets, as the last CRL has them where it lists them.
 * @param file bytes of a file of the pack
 * @throws CeremonyError FILE_MISSING
 */
export function releasedSerials(
  plan: Pick<Plan, 'uses'>,
  params: PlannedStep['params'],
  last: Pick<LastCrl, 'state'>,
  file: (path: string) => Uint8Array | undefined,
): readonly Uint8Array[] {
  return releasesOf(params).map(({ certificate, serial = '' }) => {
    if (certificate === undefined) return listedAs(serial, last);
    const path = usedCertificate(plan, certificate)?.path;
    const der = path === undefined ? undefined : file(path);
    if (!der) throw new CeremonyError('FILE_MISSING', `the certificate "${certificate}" is not in the pack`);
    return parseCertificate(der, path).serial.bytes;
  });
}

/** Programs print a serial number with the zero octet that keeps it positive, or without it. */
function listedAs(serial: string, { state }: Pick<LastCrl, 'state'>): Uint8Array {
  const bare = unsigned(serial);
  const written = [bare, `00${bare}`].find((one) => state.revoked.find(one) !== undefined);
  return Buffer.from(written ?? bare, 'hex');
}

/**
 * What a CRL takes over from what was said last.
 * @throws CeremonyError PROFILE_INVALID, REVOCATION_UNFIT
 */
export function successionOf(
  params: PlannedStep['params'],
  last: LastCrl | undefined,
  added: Added,
  released: readonly Uint8Array[],
): Succession | undefined {
  if (params['delta-of'] !== undefined && last) return deltaAfter(last, added, released);
  return crlWith(last && crlAfter(last.state), added);
}

/** By what rules judge it besides its bytes. */
export function lastContext(params: PlannedStep['params'], last: LastCrl | undefined) {
  return {
    previous: last?.state,
    ...(params['delta-of'] === undefined ? {} : { base: last?.complete }),
    ...(last?.delta ? { delta: last.delta } : {}),
  };
}
