import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PREPARE',
  title: 'no quorum of a share set was ever tried',
  faults: {
    event: onEvent('observation', (event) => event.subject === 'shares', (event) => {
      const sets = Object.entries(event.facts['sets'] as Record<string, object>).map(([id, set]) => [id, { ...set, subsetsCompared: 0 }]);
      return { ...event, facts: { sets: Object.fromEntries(sets) } };
    }),
  },
});
