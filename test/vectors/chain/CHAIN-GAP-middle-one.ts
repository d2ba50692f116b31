import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-GAP',
  title: 'the pack in the middle is not given',
  packs: async () => {
    const first = await firstPack();
    const third = await packAfter(await packAfter(first));
    return [['first', first], ['third', third]];
  },
});
