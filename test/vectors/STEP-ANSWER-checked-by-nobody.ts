import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ANSWER',
  title: 'nobody checked an answer that the plan has checked',
  faults: {
    events: changing(
      'answer',
      (event) => event.step === 'film',
      (event) => ({ ...event, checkedBy: [] }),
    ),
  },
});
