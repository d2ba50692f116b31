import type { Event } from '../../src/transcript/event.ts';
import { defineVector } from '../forge/vector.ts';

const isActive = (event: Event) => event.type === 'key-state' && event.to === 'active';

export const vector = defineVector({
  check: 'KEY-STATE',
  title: 'that a key is active is recorded only after it has signed a CRL',
  faults: {
    states: 'as-given',
    events: (events) => {
      const moved = events.filter(isActive);
      const rest = events.filter((event) => !isActive(event));
      const at = rest.findIndex((event) => event.type === 'step' && event.step === 'first-crl' && event.phase === 'end');
      const then = rest[at]?.at ?? '';
      return rest.toSpliced(at, 0, ...moved.map((event) => ({ ...event, at: then })));
    },
  },
});
