import type { Event } from '../../src/transcript/event.ts';
import { frameOf, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ORDER',
  title: 'two steps were run in another order than planned',
  faults: {
    events: (events) => {
      const clock = new Set(frameOf(events, 'clock'));
      const end = (event: Event) => event.type === 'step' && event.step === 'environment' && event.phase === 'end';
      return moving((event) => clock.has(event), end)(events);
    },
  },
});
