import { currentDelta, newestCrl, previousCertificatePath, previousCrlPath, sequencesOf } from '../ledger/carried.ts';
import type { Ledger, LedgerCertificate, LedgerCrl } from '../ledger/ledger.ts';
import type { Pack } from '../pack/pack-reader.ts';

/** Of each issuer, or of each of its partitions, the complete CRL with the highest number. */
export function newestCrls({ crls }: Pick<Ledger, 'crls'>): readonly LedgerCrl[] {
  return sequencesOf(crls).flatMap((own) => newestCrl(own) ?? []);
}

/** Of each of those the delta CRL that is published beside it, where there is one. */
export function newestDeltas({ crls }: Pick<Ledger, 'crls'>): readonly LedgerCrl[] {
  return sequencesOf(crls).flatMap((own) => currentDelta(own) ?? []);
}

/**
 * A certificate or CRL of the ledger as it lies in the newest pack: a file of an earlier ceremony under its digest.
 * @throws CeremonyError FILE_MISSING
 */
export function ledgerFile(pack: Pack, kind: 'certificate' | 'crl', { sha256, path }: LedgerCertificate | LedgerCrl) {
  const carried = kind === 'crl' ? previousCrlPath(sha256) : previousCertificatePath(sha256);
  // The same name comes again each year: what lies there may be of this ceremony.
  return pack.need(pack.digest(path) === sha256 ? path : carried);
}
