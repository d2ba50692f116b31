import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-TWICE',
  title: 'a pack is given twice, once as a copy',
  packs: async () => {
    const first = await firstPack();
    return [['first', first], ['second', await packAfter(first)], ['copy', first]];
  },
});
