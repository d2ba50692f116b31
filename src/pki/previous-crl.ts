import { CeremonyError } from '../base/errors.ts';
import { cRLNumber } from '../x509/crl-extensions.ts';
import type { CertificateList } from '../x509/model.ts';

/** The number of a CRL; undefined where it is absent, malformed or there twice. */
export function numberOf(crl: CertificateList): bigint | undefined {
  try {
    return cRLNumber(crl.extensions);
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
