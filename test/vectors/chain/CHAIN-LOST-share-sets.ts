import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-LOST',
  title: 'an entry of "shareSets" has vanished from the ledger after',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      ledger: (ledger) => void (ledger['shareSets'] = (ledger['shareSets'] as object[]).slice(1)),
    });
    return [['first', first], ['second', second]];
  },
});
