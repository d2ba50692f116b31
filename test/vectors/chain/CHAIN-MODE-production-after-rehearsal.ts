import { defineChainVector, firstPack, packAfter } from '../../forge/chain.ts';
import type { Event } from '../../../src/transcript/event.ts';
export const vector = defineChainVector({
  check: 'CHAIN-MODE',
  title: 'a ceremony of production says that it follows a rehearsal',
  packs: async () => {
    const first = await firstPack();
    const second = await packAfter(first, {
      events: ([opening, ...rest]) => [{ ...opening, mode: 'production' } as Event, ...rest],
    });
    return [['first', first], ['second', second]];
  },
});
