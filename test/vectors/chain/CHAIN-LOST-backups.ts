import { backingUp } from '../../forge/backing-up.ts';
import { defineChainVector, packAfter } from '../../forge/chain.ts';
import { forge } from '../../forge/forge.ts';

export const vector = defineChainVector({
  check: 'CHAIN-LOST',
  title: 'an entry of "backups" has vanished from the ledger after',
  packs: async () => {
    const first = await forge({ record: backingUp });
    const second = await packAfter(first, {
      ledger: (ledger) => void delete ledger['backups'],
    });
    return [['first', first], ['second', second]];
  },
});
