import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ENVIRONMENT',
  title: 'another program saw the computer than the one that was opened with',
  faults: {
    events: changing(
      'observation',
      (event) => event.subject === 'environment',
      (event) => ({ ...event, facts: { ...event.facts, program: { name: 'quorate', version: '0.0.1' } } }),
    ),
  },
});
