import { backingUp, stated } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'the wrapping key was not shown to be gone from the HSM',
  faults: {
    record: backingUp,
    event: stated('backup', ({ kek }) => ({ kek: { ...kek, absent: false } })),
  },
});
