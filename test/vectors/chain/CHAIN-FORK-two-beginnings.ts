import { defineChainVector, firstPack } from '../../forge/chain.ts';
import { forge } from '../../forge/forge.ts';
export const vector = defineChainVector({
  check: 'CHAIN-FORK',
  title: 'two packs follow none',
  packs: async () => {
    const first = await firstPack();
    return [['first', first], ['other', await forge({ record: { vault: true } })]];
  },
});
