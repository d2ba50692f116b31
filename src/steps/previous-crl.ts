import { CeremonyError } from '../base/errors.ts';
import { type LastCrl, lastCrlOf } from '../pki/last-crl.ts';
import { followed, lastCrlPaths } from '../plan/last-crl.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { PackAccess } from '../plan/step-type.ts';
import { parseCrl } from '../x509/crl.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';

/*
 * The CRL before the one that a step issues: an earlier ceremony signed it, and it lies in this pack by its digest.
 */

/**
 * @param params of the step; undefined is returned for a first CRL, which has none before it
 * @param issuer the CA whose CRLs they are: the one before is its own too, and so is a delta CRL after it
 * @throws CeremonyError HSM_SIGNATURE when that CA did not sign it, DER_INVALID, CRL_UNFIT
 */
export async function readLastCrl(
  plan: Plan,
  params: PlannedStep['params'],
  issuer: Certificate,
  pack: Pick<PackAccess, 'open'>,
): Promise<LastCrl | undefined> {
  const crls: CertificateList[] = [];
  for (const path of lastCrlPaths(plan, followed(params))) {
    const crl = parseCrl(await pack.open(path), path);
    if (!verifySignature(issuer.spki, crl.signatureAlgorithm.der, crl.tbs, crl.signature))
      throw new CeremonyError('HSM_SIGNATURE', `"${path}" is not signed by the CA whose CRL is to follow it`);
    crls.push(crl);
  }
  const [complete, delta] = crls;
  return complete && lastCrlOf(complete, delta);
}
