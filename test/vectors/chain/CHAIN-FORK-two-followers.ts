import { anotherAfter, defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-FORK',
  title: 'two packs follow the same one',
  packs: async () => {
    const first = await firstPack();
    const [one, other] = [await packAfter(first), await anotherAfter(first)];
    return [['first', first], ['one', one], ['other', other]];
  },
});
