import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CUSTODY',
  title: 'a card came out of a bag with another number than the list has',
  faults: {
    record: { vault: true },
    events: changing(
      'answer',
      (event) => event.step === 'cards-out@bob',
      (event) => ({ ...event, values: { ...event.values, bag: 'A0012399' } }),
    ),
  },
});
