import { beginOf, inserting, mistyped } from '../forge/at-table.ts';
import { chained, dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DECISION-ABOUT',
  title: 'what was decided about a refusal was recorded in a later step',
  faults: {
    events: chained(
      mistyped('root-key'),
      dropping((event) => event.type === 'decision'),
      inserting(beginOf('key-read'), (_first, events) => {
        const refusal = events.find((event) => event.type === 'refusal');
        return [{ type: 'decision', step: 'key-read', seat: 'dana', about: refusal?.seq ?? 0, choice: 'again' }];
      }),
    ),
  },
});
