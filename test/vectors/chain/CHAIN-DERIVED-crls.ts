import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';

export const vector = defineChainVector({
  check: 'CHAIN-DERIVED',
  title: 'an entry of "crls" has appeared that no event made',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      ledger: (ledger) => {
        const made = ledger['crls'] as readonly object[];
        ledger['crls'] = [...made, { ...made[0], name: 'appeared' }];
      },
    });
    return [['first', first], ['second', second]];
  },
});
