import { deviated } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-FRAME',
  title: 'a step was skipped, and answered all the same',
  faults: {
    events: chained(
      deviated('film'),
      changing(
        'deviation',
        () => true,
        (event) => ({ ...event, effect: 'skip' }),
      ),
    ),
  },
});
