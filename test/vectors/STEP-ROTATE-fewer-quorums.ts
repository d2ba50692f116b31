import { proven, rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'fewer quorums were tried than those who opened their shares make',
  faults: {
    record: rotating,
    event: proven('rotate-user', (set) => ({ ...set, subsetsCompared: 1 })),
  },
});
