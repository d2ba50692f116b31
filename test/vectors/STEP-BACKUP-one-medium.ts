import { backingUp } from '../forge/backing-up.ts';
import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'the wrapped key lies on one medium',
  faults: {
    record: backingUp,
    events: dropping((event) => event.type === 'file' && event.medium === 'backups 2'),
  },
});
