import { proven, rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'a share is stated to be proven whose custodian never opened it',
  faults: {
    record: rotating,
    event: proven('rotate-so', (set) => ({ ...set, opened: [...set.opened, ...set.unproven], unproven: [], subsetsCompared: 10 })),
  },
});
