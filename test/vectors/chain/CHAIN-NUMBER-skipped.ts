import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';
import type { Event } from '../../../src/transcript/event.ts';
export const vector = defineChainVector({
  check: 'CHAIN-NUMBER',
  title: 'the second ceremony says that it is the third',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      events: ([opening, ...rest]) => [{ ...opening, number: 3 } as Event, ...rest],
      ledger: (ledger) => void (ledger['number'] = 3),
    });
    return [['first', first], ['second', second]];
  },
});
