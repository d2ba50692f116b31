import type { Octets } from '../base/octets.ts';
import { holdToLimit } from '../pki/crl-intake.ts';
import { combinationFaults, constructedCrl } from '../x509/constructed-crl.ts';
import type { TbsCertList } from '../x509/model.ts';

/* What is larger than a CRL may be the ceremony after this one could not read. */

/** Octets around what is signed, at most: of a signature, and the names of its algorithm. */
const AROUND = 1024;

/** @param tbs to-be-signed part of a CRL @throws CeremonyError FILE_TOO_LARGE */
export function holdSize(tbs: Octets): void {
  holdToLimit(tbs.length + AROUND, 'the CRL to be signed');
}

/**
 * What a delta CRL says the next complete one says too, with all that it has itself.
 * @throws CeremonyError FILE_TOO_LARGE
 */
export function holdNext(complete: TbsCertList, delta: TbsCertList): void {
  if (combinationFaults(complete, delta).length > 0) return;
  const { length } = constructedCrl(complete, delta).tbs;
  holdToLimit(length + AROUND, 'the complete CRL that is to follow this delta CRL');
}
