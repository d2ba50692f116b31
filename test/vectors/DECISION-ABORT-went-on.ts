import { mistyped } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DECISION-ABORT',
  title: 'after a wrong PIN people decided to abort, and the ceremony went on',
  faults: {
    events: chained(
      mistyped('root-key'),
      changing(
        'decision',
        () => true,
        (event) => ({ ...event, choice: 'abort' }),
      ),
    ),
  },
});
