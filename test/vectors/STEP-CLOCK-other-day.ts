import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CLOCK',
  title: 'the clocks were read on another day than the record says',
  faults: {
    events: changing(
      'observation',
      (event) => event.subject === 'clock',
      (event) => {
        const at = '1999-01-01T00:00:00Z';
        const readings = [1, 2].map(() => ({ own: at, typed: at, offsetSeconds: 0 }));
        return { ...event, facts: { ...event.facts, readings } };
      },
    ),
  },
});
