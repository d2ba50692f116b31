import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { proposalOf, resultOf } from '../plan/record.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { payloadIn, signatureAsPlanned, unplanned } from './as-planned.ts';
import { differencesOf } from './certificates.ts';
import type { Asked } from './certificates-asked.ts';

/** What plan and record ask of a certificate. */
export interface AskedFor {
  /** Name of the key that signs. @throws CeremonyError where there is none */
  readonly signer: () => string;
  /** @throws CeremonyError where it cannot be rebuilt, as undefined says too */
  readonly asked: (at: string) => Asked | undefined;
}

/** Judges what a step that issues a certificate left: that what was asked for was proposed, and is what is there. */
export function judgeCertificate(
  step: PlannedStep,
  own: readonly Event[],
  evidence: StepEvidence,
  { signer, asked }: AskedFor,
): readonly Finding[] {
  const { plan, events } = evidence;
  const where = `certificates/${step.out ?? ''}`;
  const fault = (message: string) => [
    { check: 'STEP-CERTIFICATE', message: `step ${step.number} "${step.key}": ${message}`, where },
  ];
  const der = evidence.file(where);
  if (!resultOf(events, step.key) || !own.some((event) => event.type === 'result'))
    return fault('no certificate was signed');
  if (!der) return fault('the certificate is not in the pack');
  const differences = unplanned(step, own, events, (proposed, before) => {
    const tbs = payloadIn(proposed, evidence);
    return signatureAsPlanned(plan, before, step, { key: signer(), kind: 'certificate', tbs });
  });
  try {
    const certificate = parseCertificate(der);
    const proposed = proposalOf(events, step.key);
    const wanted = proposed && asked(proposed.at);
    if (!wanted) return [...differences, 'what was asked for cannot be rebuilt from the plan'].flatMap(fault);
    const holes = { spki: wanted.spki, serial: Buffer.from(certificate.serial.hex, 'hex') };
    return [...differences, ...differencesOf(certificate, wanted.request, holes)].flatMap(fault);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [...differences, error.message].flatMap(fault);
  }
}
