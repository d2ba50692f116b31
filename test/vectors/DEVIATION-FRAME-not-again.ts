import { deviated } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-FRAME',
  title: 'a step was left to be repeated, and nobody repeated it',
  faults: {
    events: chained(
      deviated('camera', { effect: 'skip' }),
      changing(
        'deviation',
        () => true,
        (event) => ({ ...event, effect: 'repeat' }),
      ),
    ),
  },
});
