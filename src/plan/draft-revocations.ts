import type { Revocation } from '../pki/request.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { decisionsOf, usedCertificate } from './known.ts';
import { type Plan, type PlannedStep, stepsOf } from './plan.ts';

/*
 * What a CRL will list beyond the one before it, as far as the script decides it: so the reason of a revocation is held to
 * the rules before anybody comes into the room.
 */

/** A serial number that no CA of this program gives: of one that only comes in with its certificate. */
const STAND_IN = Uint8Array.of(0x02, 0x00);

/**
 * @param crl the step that issues it
 * @param carried files of the pack before, by their paths in this one; without them serial numbers are stand-ins
 * @param thisUpdate of the CRL
 */
export function draftRevocations(
  plan: Plan,
  crl: Pick<PlannedStep, 'params'>,
  carried: ReadonlyMap<string, Uint8Array>,
  thisUpdate: string,
): readonly Revocation[] {
  return decisionsOf(crl.params).flatMap((id, index) => {
    const step = stepsOf(plan).find((one) => one.id === id);
    if (!step) return [];
    const { reason, revoked, 'invalid-since': since } = step.params;
    return [
      {
        serial: serialOf(plan, step, carried) ?? Uint8Array.of(...STAND_IN, index + 1),
        // At the beginning of the window it may be yet to come: the step holds it to the window's end.
        at: typeof revoked === 'string' && revoked < thisUpdate ? revoked : thisUpdate,
        reason: reason as Revocation['reason'],
        ...(typeof since === 'string' ? { invalidSince: since } : {}),
      },
    ];
  });
}

function serialOf(
  plan: Plan,
  { params: { certificate, certificates, serial } }: PlannedStep,
  carried: ReadonlyMap<string, Uint8Array>,
): Uint8Array | undefined {
  const used = typeof certificate === 'string' ? usedCertificate(plan, certificate) : undefined;
  const der = used && carried.get(used.path);
  if (der) return Buffer.from(parseCertificate(der).serial.hex, 'hex');
  return typeof serial === 'string' && certificates === undefined ? Buffer.from(serial, 'hex') : undefined;
}
