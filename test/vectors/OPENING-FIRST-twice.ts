import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OPENING-FIRST',
  title: 'a second opening follows the first',
  faults: {
    events: addingAfter(
      (event) => event.type === 'opening',
      (after) => after,
    ),
  },
});
