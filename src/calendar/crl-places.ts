import type { LedgerCrl } from '../ledger/ledger.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { parseCrl } from '../x509/crl.ts';
import { freshestCRL } from '../x509/crl-extensions.ts';
import type { CertificateList } from '../x509/model.ts';
import { ledgerFile, newestCrls } from './ledger-file.ts';
import type { CrlPlace } from './published-place.ts';

/** The newest complete CRL of a CA, or of one of its partitions. */
export interface NewestCrl {
  readonly row: LedgerCrl;
  readonly crl: CertificateList;
}

/**
 * Of one CA.
 * @param crls those that the ledger has of it
 * @throws CeremonyError FILE_MISSING, DER_INVALID
 */
export function newestCompleteCrls(pack: Pack, crls: readonly LedgerCrl[]): readonly NewestCrl[] {
  return newestCrls({ crls }).map((row) => ({ row, crl: parseCrl(ledgerFile(pack, 'crl', row), row.path) }));
}

/** Where relying parties look for them: a partition at its URI, a delta CRL where the complete one says (RFC 5280 §5.2.6). */
export function placesOf(newest: readonly NewestCrl[]): readonly CrlPlace[] {
  return newest.flatMap(({ row: { scope }, crl }) => {
    const deltas = (freshestCRL(crl.extensions) ?? []).flatMap(({ fullName = [] }) =>
      fullName.flatMap(({ kind, value }) =>
        kind === 'uniformResourceIdentifier' && URL.canParse(value) ? [value] : [],
      ),
    );
    return [
      ...(scope?.uri === undefined ? [] : [{ scope, delta: false, url: scope.uri }]),
      ...deltas.map((url) => ({ scope, delta: true, url })),
    ];
  });
}
