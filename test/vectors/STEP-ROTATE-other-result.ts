import { refacted } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the HSM got the PIN of another set than was approved',
  faults: {
    record: rotating,
    events: refacted('rotate-so', (facts) => void (facts['set'] = 'ab'.repeat(16))),
  },
});
