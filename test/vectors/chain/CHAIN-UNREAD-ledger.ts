import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-UNREAD',
  title: 'the ledger of a pack is no ledger',
  packs: async () => {
    const first = await firstPack();
    const broken = await packAfter(first, { ledger: (ledger) => void (ledger['surplus'] = 1) });
    return [['first', first], ['broken', broken]];
  },
});
