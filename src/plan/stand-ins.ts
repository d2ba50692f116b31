import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { issuerIdentity } from '../pki/issuer.ts';
import { subjectOf } from '../pki/name.ts';
import { type CertificateRequest, requestProblems } from '../pki/request.ts';
import { keyAlgorithmOf } from '../pki/request-intake.ts';
import type { Issue } from '../ports.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { isBrought } from './existing.ts';
import type { Plan } from './plan.ts';
import type { WorldCertificate } from './world.ts';

/*
 * What a planned certificate would ask for, once those are there from which it takes over: as they are, or as they are
 * stood for.
 */

/**
 * What is signed by another CA names that one, or its stand-in, and what stands beside another certificate copies from that;
 * undefined where it is not at hand.
 * @returns besides why it cannot be asked of that issuer, which the simulation did not know
 */
export function requestBelow(
  certificate: WorldCertificate,
  index: number,
  issuer: Certificate | undefined,
  existing: Certificate | undefined,
): { readonly request?: CertificateRequest; readonly refused: readonly string[] } {
  const planned = certificate.requests[index];
  if (!planned || (certificate.issuer !== null && !issuer)) return { refused: [] };
  if (certificate.existing !== undefined && !existing) return { refused: [] };
  if (!issuer && !existing) return { request: planned, refused: [] };
  const keyAlgorithm = (existing && keyAlgorithmOf(existing.spki)) ?? planned.keyAlgorithm;
  const request = {
    ...planned,
    ...(issuer ? { issuer: issuerIdentity(issuer) } : {}),
    ...(existing ? { subject: issuerIdentity(existing, 'existing'), keyAlgorithm } : {}),
  };
  const known = requestProblems(planned);
  return { request, refused: requestProblems(request).filter((problem) => !known.includes(problem)) };
}

/** The one beside which it stands: of one that its owner is yet to bring a stand-in, which is there from then on. */
export async function existingOf(
  plan: Plan,
  { existing, requests }: WorldCertificate,
  index: number,
  there: Map<string, Certificate>,
  issue: Pick<Issue, 'standIn'>,
): Promise<Certificate | undefined> {
  if (existing === undefined) return undefined;
  const planned = requests[index];
  if (!there.has(existing) && planned && isBrought(plan, existing)) {
    const der = await encoded(issue.standIn(standInForeign(existing, planned)));
    if (der) there.set(existing, parseCertificate(der));
  }
  return there.get(existing);
}

/** The root of another organisation, of which nothing is known but what certifies it: so it differs in nothing from that. */
function standInForeign(name: string, planned: CertificateRequest): CertificateRequest {
  const { 'key-usage': usages, 'path-length': pathLength, ...rest } = planned.profile.fields;
  const fields = {
    'basic-constraints': rest['basic-constraints'],
    'key-usage': usages,
    ...(pathLength === undefined ? {} : { 'path-length': pathLength }),
    'subject-key-identifier': rest['subject-key-identifier'],
    'authority-key-identifier': rest['authority-key-identifier'],
  };
  return {
    ...planned,
    profile: { ...planned.profile, kind: 'root-ca', fields },
    subject: subjectOf({ C: 'US', O: `The organisation of ${name}`, CN: `The CA of ${name}` }),
    issuer: 'self',
    signatureAlgorithm: KEY_ALGORITHMS[planned.keyAlgorithm].signature,
  };
}

/** A request that cannot be encoded has been reported by the simulation, at its parameter. */
export async function encoded<Bytes extends Octets>(making: Promise<Bytes>): Promise<Bytes | undefined> {
  try {
    return await making;
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
