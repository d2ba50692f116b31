import { backingUp, stated } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'no signature of the key is beside what was wrapped',
  faults: {
    record: backingUp,
    event: stated('backup', () => ({ proof: Buffer.alloc(70, 1).toString('base64') })),
  },
});
