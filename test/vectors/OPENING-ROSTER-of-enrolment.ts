import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-ROSTER',
  title: 'a first enrolment opens with a roster, which it only makes',
  faults: {
    record: { founding: true },
    event: (event) => (event.type === 'opening' ? { ...event, roster: OTHER_DIGEST } : undefined),
  },
});
