import type { Event } from '../../src/transcript/event.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CLOSE',
  title: 'the closing step ended and closed nothing',
  faults: {
    events: (events) => events.map((event) => {
      if (event.type !== 'close') return event;
      const begin = events.find((one) => one.type === 'step' && one.step === 'close');
      return { ...begin, seq: event.seq, at: event.at, salt: event.salt, phase: 'end' } as Event;
    }),
    options: { outcome: 'interrupted' },
  },
});
