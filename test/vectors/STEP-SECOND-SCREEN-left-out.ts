import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SECOND-SCREEN',
  title: 'tokens signed what nobody had seen on the second screen',
  faults: {
    record: { vault: true },
    events: dropping((event) => event.type === 'observation' && event.subject === 'second-screen'),
  },
});
