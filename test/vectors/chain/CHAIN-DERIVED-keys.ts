import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-DERIVED',
  title: 'an entry of "keys" has appeared that no event made',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      ledger: (ledger) => {
        const made = ledger['keys'] as readonly object[];
        ledger['keys'] = [...made, { ...made[0], name: 'appeared' }];
      },
    });
    return [['first', first], ['second', second]];
  },
});
