import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FRAME',
  title: 'an answer that belongs to no step is withheld, so that nobody sees it',
  faults: {
    events: addingAfter(
      (event) => event.type === 'act' && event.phase === 'begin',
      () => ({ type: 'answer', step: 'film', seat: 'dana', checkedBy: [], question: 'Outside?', values: {} }),
    ),
    withhold: (event) => event.type === 'answer' && event.question === 'Outside?',
  },
});
