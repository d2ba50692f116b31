import { refacted } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the new PIN has four characters',
  faults: {
    record: rotating,
    events: refacted('rotate-user', (facts) => void (facts['pinLength'] = 4)),
  },
});
