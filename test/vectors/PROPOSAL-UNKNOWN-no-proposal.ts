import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-UNKNOWN',
  title: 'somebody declined what was no proposal',
  faults: {
    events: addingAfter(
      (event) => event.type === 'answer' && event.step === 'film',
      () => ({ type: 'declined', proposal: 1, seat: 'alice', reason: 'none' }),
    ),
  },
});
