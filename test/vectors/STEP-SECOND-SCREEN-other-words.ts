import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SECOND-SCREEN',
  title: 'the second screen showed another digest than that of what was approved',
  faults: {
    record: { vault: true },
    events: changing(
      'observation',
      (event) => event.subject === 'second-screen',
      (event) => ({ ...event, facts: { ...event.facts, words: 'aardvark adroitness absurd adviser' } }),
    ),
  },
});
