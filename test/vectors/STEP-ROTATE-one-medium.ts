import { dropping } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the new envelopes lie on one medium',
  faults: {
    record: rotating,
    events: dropping((event) => event.type === 'file' && event.step === 'rotate-user' && event.medium === 'envelopes 2'),
  },
});
