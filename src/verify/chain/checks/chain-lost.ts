import { PATH } from '../../../pack/layout.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { lostEntries } from '../lasting-entries.ts';
import { called } from '../pack-chain.ts';

export const chainLost: ChainCheck = {
  id: 'CHAIN-LOST',
  title:
    'every key and copy, certificate and CRL, share set, backup, former member and replaced token of the ledger before is in the ledger after, unchanged but for what became of it, and nothing that was destroyed, void or decided is undone',
  run(chain, { report }) {
    checkPairs(chain, (before, after) => {
      for (const { list, called: entry } of lostEntries(before.ledger, after.ledger))
        report(after.name, PATH.ledger, `"${list}" of ${called(before)} has ${entry}; here it is not, or is another`);
    });
  },
};
