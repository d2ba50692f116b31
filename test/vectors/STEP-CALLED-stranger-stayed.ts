import { paused } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CALLED',
  title: 'after a pause somebody typed the head back who was not there',
  faults: {
    events: chained(
      paused('film'),
      changing(
        'pause',
        (event) => event.phase === 'end',
        (event) => ({ ...event, typedBy: ['authority-2', 'dana'] }),
      ),
    ),
  },
});
