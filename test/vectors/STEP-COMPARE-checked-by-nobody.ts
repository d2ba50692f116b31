import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-COMPARE',
  title: 'nobody checked a comparison that the plan has checked by all',
  faults: {
    events: changing(
      'answer',
      (event) => event.step === 'key-read',
      (event) => ({ ...event, checkedBy: event.checkedBy.slice(1) }),
    ),
  },
});
