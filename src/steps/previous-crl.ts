import { CeremonyError } from '../base/errors.ts';
import { usedCrl } from '../plan/known.ts';
import type { Plan } from '../plan/plan.ts';
import type { PackAccess } from '../plan/step-type.ts';
import { parseCrl } from '../x509/crl.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';

/*
 * The CRL before the one that a step issues: an earlier ceremony signed it, and it lies in this pack by its digest.
 */

/** Its file in the pack; undefined for a first CRL, which has none before it. */
export function previousCrlPath(plan: Plan, { previous }: { readonly previous?: string }): string | undefined {
  return previous === undefined ? undefined : usedCrl(plan, previous)?.path;
}

/**
 * @param issuer the CA whose CRLs they are: the one before is its own too
 * @throws CeremonyError HSM_SIGNATURE when that CA did not sign it, DER_INVALID
 */
export async function readPreviousCrl(
  plan: Plan,
  params: { readonly previous?: string },
  issuer: Certificate,
  pack: Pick<PackAccess, 'read'>,
): Promise<CertificateList | undefined> {
  const path = previousCrlPath(plan, params);
  if (path === undefined) return undefined;
  const crl = parseCrl(await pack.read(path), path);
  if (!verifySignature(issuer.spki, crl.signatureAlgorithm.der, crl.tbs, crl.signature))
    throw new CeremonyError('HSM_SIGNATURE', `"${path}" is not signed by the CA whose CRL is to follow it`);
  return crl;
}
