import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROTECTION-MEANS',
  title: 'a result claims the quorum of the HSM itself, and its PIN was in the memory of a computer',
  shell: true,
  faults: {
    events: refacted('root-key', (facts) => {
      facts['protection'] = "the HSM's own quorum";
    }),
  },
});
