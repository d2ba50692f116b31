import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ELSEWHERE',
  title: 'the pack that was verified elsewhere had another head',
  faults: {
    record: { vault: true },
    events: changing(
      'answer',
      (event) => event.step === 'verified',
      (event) => ({ ...event, values: { ...event.values, words: 'aardvark adroitness absurd adviser' } }),
    ),
  },
});
