import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerKey } from '../ledger/ledger.ts';
import type { KeyRemains, PlannedToken } from './plan.ts';

/** What a ledger has of a key besides what the HSMs of the script hold of it. */
export function keyRemains(key: LedgerKey, ledger: Ledger, tokens: readonly PlannedToken[]): KeyRemains {
  const here = new Set(tokens.map(({ serial }) => serial));
  const { spkiSha256, name } = key;
  return {
    elsewhere: keyPlaces(ledger, key).filter((serial) => !here.has(serial)),
    asserted: ledger.copies.flatMap((copy) =>
      copy.spkiSha256 === spkiSha256 && copy.provenance === 'asserted' && copy.destroyed === undefined
        ? [copy.token]
        : [],
    ),
    certificates: ledger.certificates
      .filter((one) => one.key === name && one.spkiSha256 !== spkiSha256)
      .map((one) => ({ name: one.name, notAfter: one.notAfter })),
  };
}
