import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PREPARE',
  title: 'the PIN of the HSM has four characters',
  faults: {
    events: refacted('activation', (facts) => {
      facts['pinLength'] = { user: 4, so: 32 };
    }),
  },
});
