import { resumed } from '../forge/at-table.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-HEAD',
  title: 'a ceremony went on from another head than that of its record',
  faults: {
    events: resumed('film'),
    event: onEvent(
      'resume',
      () => true,
      (event) => ({ ...event, head: OTHER_DIGEST }),
    ),
  },
});
