import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-MEDIA',
  title: 'the list of what was written onto a medium is not that of what the pack had then',
  faults: {
    event: onEvent(
      'observation',
      (event) => event.step === 'pack-out',
      (event) => ({ ...event, facts: { ...event.facts, listing: 'ab'.repeat(32) } }),
    ),
  },
});
