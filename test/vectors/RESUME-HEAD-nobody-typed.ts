import { resumed } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-HEAD',
  title: 'nobody typed back the head that was on paper',
  faults: {
    events: (events) =>
      chained(
        resumed('pack-out'),
        changing(
          'resume',
          () => true,
          (event) => ({ ...event, typedBy: [] }),
        ),
      )(events),
  },
});
