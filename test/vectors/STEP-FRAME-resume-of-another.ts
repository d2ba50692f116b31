import { resumed } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FRAME',
  title: 'a resume names another step than the one that was open',
  faults: {
    events: chained(
      resumed('film'),
      changing(
        'resume',
        () => true,
        (event) => ({ ...event, step: 'clock' }),
      ),
    ),
  },
});
