import { deviated } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CALLED',
  title: 'somebody agreed to a deviation whom the plan does not call',
  faults: {
    events: chained(
      deviated('film'),
      changing(
        'deviation',
        () => true,
        (event) => ({ ...event, agreed: ['authority-1', 'dana'] }),
      ),
    ),
  },
});
