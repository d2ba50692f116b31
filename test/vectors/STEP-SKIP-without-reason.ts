import type { Event } from '../../src/transcript/event.ts';
import { frameOf } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SKIP',
  title: 'a step was skipped whose condition holds',
  faults: {
    events: (events) => {
      const [begin, ...rest] = frameOf(events, 'camera');
      return events.flatMap((event) => {
        if (event === begin) return [{ ...event, phase: 'skip', why: 'no time' } as Event];
        return rest.includes(event) ? [] : [event];
      });
    },
  },
});
