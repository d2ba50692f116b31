import { paused } from '../forge/at-table.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-HEAD',
  title: 'the head that people typed back after a pause is another than before it',
  faults: {
    events: paused('film'),
    event: onEvent(
      'pause',
      (event) => event.phase === 'end',
      (event) => ({ ...event, head: OTHER_DIGEST }),
    ),
  },
});
