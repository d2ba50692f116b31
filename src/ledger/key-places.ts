import type { Ledger, LedgerKey } from './ledger.ts';

/**
 * Serials of the HSMs that have a key: where it was generated, where a copy of it was proven, and where a vendor's tools have
 * put one, unless it was destroyed there; not where people say that one is.
 */
export function keyPlaces(
  { copies }: Pick<Ledger, 'copies'>,
  key: Pick<LedgerKey, 'token' | 'spkiSha256' | 'destroyed'>,
): readonly string[] {
  const copied = copies.filter(
    (copy) => copy.spkiSha256 === key.spkiSha256 && copy.provenance !== 'asserted' && copy.destroyed === undefined,
  );
  return [...(key.destroyed === undefined ? [key.token] : []), ...copied.map(({ token }) => token)];
}
