import { changing } from '../forge/edit.ts';
import { losing } from '../forge/losing.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-LOSS',
  title: 'a loss was declared that its witness did not state',
  faults: {
    follows: true,
    record: losing,
    events: changing(
      'answer',
      (event) => event.step === 'medium-lost',
      (event) => ({ ...event, values: { answer: 'no' } }),
    ),
  },
});
