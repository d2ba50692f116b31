import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { isKeyAlgorithmName } from '../pki/algorithms.ts';
import { issuerIdentity } from '../pki/issuer.ts';
import type { CertificateRequest } from '../pki/request.ts';
import { keyAlgorithmOf } from '../pki/request-intake.ts';
import { CROSS, existingPath, REISSUE } from '../plan/existing.ts';
import { requestKey } from '../plan/inputs.ts';
import {
  besideCertificateRequest,
  type CertificateParameters,
  type DatedParameters,
  type ExistingFacts,
  type NamedDates,
  RESPONDER,
  rootCertificateRequest,
  subordinateCertificateRequest,
} from '../plan/issuing.ts';
import { certificatePath, chainOf, issuerNamed, keyNamed, namedDates, SELF } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { proposalOf } from '../plan/record.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { aboveOf, issuerKey } from './issuers.ts';

/*
 * What was asked of a certificate, rebuilt from plan and record: its dates were bound at the proposal, whose event has the
 * time. All of it throws CeremonyError for what is not there.
 */

type Evidence = Pick<StepEvidence, 'plan' | 'events' | 'file'>;

export interface Asked {
  readonly request: CertificateRequest;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

export type RootParameters = CertificateParameters & { readonly key: string };

export interface Certified {
  readonly request?: string;
  readonly 'subject-key'?: string;
}

export type IntermediateParameters = CertificateParameters & Certified & { readonly issuer: string };

export function rootAsked(params: RootParameters, { plan, events }: Evidence, at: string): Asked | undefined {
  const key = keyNamed(plan, events, params.key);
  if (!key || !isKeyAlgorithmName(key.algorithm)) return undefined;
  const { request } = rootCertificateRequest(plan, params, key.algorithm, at);
  return request && { request, spki: key.spki };
}

export function intermediateAsked(
  params: IntermediateParameters,
  evidence: Evidence,
  at: string,
  kind: 'subordinate-ca' | 'ocsp-responder',
): Asked | undefined {
  const { plan, events, file } = evidence;
  const signer = issuerKey(plan, events, params.issuer);
  const { identity, dates } = aboveIn(params.issuer, evidence);
  const { algorithm, spki } = certifiedKey(params, plan, events, file);
  if (!isKeyAlgorithmName(signer.algorithm) || !isKeyAlgorithmName(algorithm)) return undefined;
  const facts = { identity, keyAlgorithm: signer.algorithm, dates };
  const { request } = subordinateCertificateRequest(plan, params, facts, algorithm, at, kind);
  return request && { request, spki };
}

export type BesideParameters = DatedParameters & { readonly issuer: string; readonly existing: string };

/** Of a certificate that stands beside another of the same CA: a cross-certificate, or that one issued again. */
export function besideAsked(params: BesideParameters, evidence: Evidence, at: string): Asked | undefined {
  const { plan, events } = evidence;
  const signer = issuerKey(plan, events, issuerNamed(params));
  const above = params.issuer === SELF ? undefined : aboveIn(params.issuer, evidence);
  const existing = existingIn(params.existing, evidence);
  if (!isKeyAlgorithmName(signer.algorithm)) return undefined;
  const dates = { ...existingDates(params.existing, existing), ...above?.dates };
  const facts = { identity: above?.identity ?? SELF, keyAlgorithm: signer.algorithm, dates } as const;
  const { request } = besideCertificateRequest(plan, params, facts, existingFacts(existing), at);
  return request && { request, spki: existing.spki.der };
}

/** What is copied of a certificate beside which another is issued. @throws CeremonyError PROFILE_INVALID */
export function existingFacts(existing: Certificate): ExistingFacts {
  const keyAlgorithm = keyAlgorithmOf(existing.spki);
  if (keyAlgorithm === undefined)
    throw new CeremonyError(
      'PROFILE_INVALID',
      'the key of the existing certificate is of an algorithm that is not known',
    );
  return { identity: issuerIdentity(existing, 'existing'), keyAlgorithm };
}

/** As date expressions name them. */
export function existingDates(name: string, { notBefore, notAfter }: Certificate): NamedDates {
  return namedDates(name, { notBefore: notBefore.at, notAfter: notAfter.at });
}

export function existingIn(name: string, { plan, events, file }: Evidence): Certificate {
  const path = existingPath(plan, events, name);
  const der = path === undefined ? undefined : file(path);
  if (!der) throw new CeremonyError('FILE_MISSING', `the certificate "${name}" beside it is not in the pack`);
  return parseCertificate(der);
}

/** The same of any step that issues a certificate; undefined for others, and for one that was never proposed. */
export function certificateAsked(step: PlannedStep, evidence: Evidence): Asked | undefined {
  const proposed = proposalOf(evidence.events, step.key);
  if (!proposed) return undefined;
  const params: JsonObject = step.params;
  if (step.type === 'issue-root-certificate') return rootAsked(params as never, evidence, proposed.at);
  if (step.type === 'issue-intermediate' || step.type === RESPONDER) {
    const kind = step.type === RESPONDER ? 'ocsp-responder' : 'subordinate-ca';
    return intermediateAsked(params as never, evidence, proposed.at, kind);
  }
  if (step.type === CROSS || step.type === REISSUE) return besideAsked(params as never, evidence, proposed.at);
  return undefined;
}

/** Of a request that came in, or of the script's name for a key. */
export function certifiedKey(
  params: Certified,
  plan: Plan,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
): { readonly spki: Uint8Array; readonly algorithm: string } {
  if (params.request !== undefined) {
    const key = requestKey(plan, events, file, params.request);
    if (!key)
      throw new CeremonyError('FILE_MISSING', `the request "${params.request}" was not read, or is not what was read`);
    return key;
  }
  const name = params['subject-key'] ?? '';
  const key = keyNamed(plan, events, name);
  if (!key) throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${name}" has not been generated`);
  return key;
}

export function aboveIn(issuer: string, { plan, file }: Pick<StepEvidence, 'plan' | 'file'>) {
  const chain = chainOf(plan, issuer).map((one) => {
    const path = certificatePath(plan, one);
    const der = path === undefined ? undefined : file(path);
    if (!der) throw new CeremonyError('FILE_MISSING', `the certificate "${one}" above it is not in the pack`);
    return parseCertificate(der);
  });
  return aboveOf(plan, issuer, chain);
}
