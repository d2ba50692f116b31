import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';
import { reissuedAfter } from '../../forge/reissue-after.ts';
export const vector = defineChainVector({
  check: 'CHAIN-CRL-NUMBER',
  title: 'the CRL has the number of the one before',
  packs: async () => {
    const first = await firstPack();
    const again = reissuedAfter((request) => ({ ...request, number: request.number - 1n }));
    const second = await packAfter(first, {
      recorded: again.files,
      events: again.events,
    });
    return [['first', first], ['second', second]];
  },
});
