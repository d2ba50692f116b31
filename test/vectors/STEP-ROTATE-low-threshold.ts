import { redescribed } from '../forge/edit.ts';
import { proven, rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'the new set of the security officer has a lower threshold than the roster demands',
  faults: {
    record: rotating,
    events: redescribed('rotate-so', (descriptor) => {
      descriptor['set'] = { ...(descriptor['set'] as object), threshold: 2 };
    }),
    event: proven('rotate-so', (set) => ({ ...set, threshold: 2, subsetsCompared: 6 })),
  },
});
