import { dropping } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'no quorum of the new shares was tried before the PIN was changed',
  faults: {
    record: rotating,
    events: dropping((event) => event.type === 'observation' && event.step === 'rotate-user'),
  },
});
