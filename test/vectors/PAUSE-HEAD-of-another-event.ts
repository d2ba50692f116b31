import { paused } from '../forge/at-table.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-HEAD',
  title: 'the head that people wrote on paper before a pause is not that of the record',
  faults: {
    events: paused('film'),
    event: onEvent(
      'pause',
      () => true,
      (event) => ({ ...event, head: OTHER_DIGEST }),
    ),
  },
});
