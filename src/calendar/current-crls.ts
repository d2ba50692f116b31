import { deltaSince, ofScope } from '../ledger/carried.ts';
import type { Ledger, LedgerCrl } from '../ledger/ledger.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { constructedCrl } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import type { CertificateList } from '../x509/model.ts';
import { ledgerFile, newestCrls } from './ledger-file.ts';

/** What the ledger says now of what an issuer has revoked, in one scope. */
export interface CurrentCrl {
  /** The newest complete one. */
  readonly row: LedgerCrl;
  /** Its entries, or what it and the delta CRL since then say together; then nobody has signed it. */
  readonly crl: CertificateList;
}

/**
 * Of one issuer, one for each of its partitions.
 * @param issuer name of its key in the ledger
 * @throws CeremonyError FILE_MISSING, DER_INVALID
 */
export function currentCrlsOf(pack: Pack, ledger: Ledger, issuer: string): readonly CurrentCrl[] {
  const own = ledger.crls.filter((one) => one.issuer === issuer);
  return newestCrls({ crls: own }).map((row) => {
    const read = (one: LedgerCrl) => parseCrl(ledgerFile(pack, 'crl', one), one.path);
    const since = deltaSince(ofScope(own, row.scope));
    return { row, crl: since ? constructedCrl(read(row), read(since)) : read(row) };
  });
}
