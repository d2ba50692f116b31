import { declinedOnce } from '../forge/at-table.ts';
import { chained, dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-AGAIN',
  title: "a step's operation was proposed a second time while the first proposal was open",
  faults: {
    events: chained(
      declinedOnce('root-key'),
      dropping((event) => event.type === 'declined' || event.type === 'decision'),
    ),
  },
});
