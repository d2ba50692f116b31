import { resumed } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-RESUME',
  title: 'a ceremony went on after an interruption, and no quorum was asked for that before people signed off',
  faults: {
    events: chained(
      resumed('pack-out'),
      changing(
        'deviation',
        (event) => event.effect === 'resume',
        (event) => ({ ...event, effect: 'none' }),
      ),
    ),
  },
});
