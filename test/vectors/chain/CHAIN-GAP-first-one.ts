import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-GAP',
  title: 'the first pack is not given',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first);
    return [['third', await packAfter(second)], ['second', second]];
  },
});
