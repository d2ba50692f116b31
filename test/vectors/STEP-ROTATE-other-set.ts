import { redescribed } from '../forge/edit.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the quorum approved that another set be replaced than the one that opened the token',
  faults: {
    record: rotating,
    events: redescribed('rotate-user', (descriptor) => {
      descriptor['replaces'] = { ...(descriptor['replaces'] as object), id: 'ab'.repeat(16) };
    }),
  },
});
