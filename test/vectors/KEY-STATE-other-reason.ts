import { deciding } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-STATE',
  title: 'a key is said to be suspended for another reason than the quorum approved',
  faults: {
    record: deciding,
    states: 'as-given',
    events: changing(
      'key-state',
      (event) => event.to === 'suspended',
      (event) => ({ ...event, reason: 'A test.' }),
    ),
  },
});
