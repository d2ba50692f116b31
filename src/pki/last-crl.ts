import { CeremonyError } from '../base/errors.ts';
import { combinationFaults, constructedCrl } from '../x509/constructed-crl.ts';
import type { CertificateList } from '../x509/model.ts';

/** What a CA has said last of what it revoked: a complete CRL, and the delta CRL that came after it, where one did. */
export interface LastCrl {
  /** From which delta CRLs start. */
  readonly complete: CertificateList;
  readonly delta: CertificateList | undefined;
  /** What both say together: the complete one where there is no delta (RFC 5280 §5.2.4). */
  readonly state: CertificateList;
}

/** @throws CeremonyError CRL_UNFIT for a delta that does not go with the complete one; DER_INVALID */
export function lastCrlOf(complete: CertificateList, delta: CertificateList | undefined): LastCrl {
  if (!delta) return { complete, delta, state: complete };
  const faults = combinationFaults(complete, delta);
  if (faults.length > 0)
    throw new CeremonyError(
      'CRL_UNFIT',
      `the last delta CRL does not go with the last complete one: ${faults.join('; ')}`,
      {
        hint: 'no CRL can follow them: the ledger of the pack before does not hold together',
      },
    );
  return { complete, delta, state: constructedCrl(complete, delta) };
}
