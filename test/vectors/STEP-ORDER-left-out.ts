import { frameOf } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ORDER',
  title: 'a planned step was not run',
  faults: {
    events: (events) => {
      const environment = new Set(frameOf(events, 'environment'));
      return events.filter((event) => !environment.has(event));
    },
  },
});
