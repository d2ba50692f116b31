import { backingUp } from '../forge/backing-up.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'nine of ten quorums of the wrapping key were tried',
  faults: {
    record: backingUp,
    event: onEvent(
      'observation',
      ({ step, subject }) => step === 'backup' && subject === 'shares',
      (event) => {
        const sets = Object.entries(event.facts['sets'] as Record<string, object>);
        return { ...event, facts: { sets: Object.fromEntries(sets.map(([id, set]) => [id, { ...set, subsetsCompared: 9 }])) } };
      },
    ),
  },
});
