import type { Event } from '../../src/transcript/event.ts';
import { frameOf, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ORDER',
  title: 'two steps were run in another order than planned',
  faults: {
    events: (events) => {
      const seen = new Set(frameOf(events, 'environment'));
      const end = (event: Event) => event.type === 'step' && event.step === 'film' && event.phase === 'end';
      return moving((event) => seen.has(event), end)(events);
    },
  },
});
