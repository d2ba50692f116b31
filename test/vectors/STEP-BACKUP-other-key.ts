import { backingUp, stated } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'no signature shows that what was wrapped is the key',
  faults: {
    record: backingUp,
    event: stated('backup', () => ({ proof: Buffer.alloc(70, 1).toString('base64') })),
  },
});
