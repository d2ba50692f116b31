import { redescribed } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-SHARES',
  title: 'those who had a set replaced could not have opened it',
  faults: {
    record: rotating,
    events: redescribed('rotate-so', (descriptor) => {
      descriptor['replaces'] = { ...(descriptor['replaces'] as object), threshold: 5 };
    }),
  },
});
