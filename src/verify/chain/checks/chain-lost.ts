import { canonicalJson } from '../../../base/canonical-json.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { PATH } from '../../../pack/layout.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

/** What a ledger only ever adds to; of tokens and shares other things change with time. */
const KEPT = ['keys', 'certificates', 'crls'] as const satisfies readonly (keyof Ledger)[];

export const chainLost: ChainCheck = {
  id: 'CHAIN-LOST',
  title: 'every key, certificate and CRL of the ledger before is in the ledger after, unchanged',
  run(chain, { report }) {
    checkPairs(chain, (before, after) => {
      for (const list of KEPT) {
        const there = new Set(after.ledger[list].map((entry) => canonicalJson(entry)));
        for (const entry of before.ledger[list])
          if (!there.has(canonicalJson(entry)))
            report(
              after.name,
              PATH.ledger,
              `"${list}" of ${called(before)} has "${entry.name}" of step "${entry.step}", ${digestOf(entry)}; here it is not, or is another`,
            );
      }
    });
  },
};

/** @param entry of one of the lists that are kept */
function digestOf(entry: Ledger[(typeof KEPT)[number]][number]): string {
  return 'sha256' in entry ? `SHA-256 ${entry.sha256}` : `public key ${entry.spkiSha256}`;
}
