import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-DEACTIVATE',
  title: 'no use was tried after the HSM was locked',
  faults: {
    events: changing(
      'observation',
      (event) => event.subject === 'deactivation',
      (event) => ({ ...event, facts: { ...event.facts, usesRefused: 0 } }),
    ),
  },
});
