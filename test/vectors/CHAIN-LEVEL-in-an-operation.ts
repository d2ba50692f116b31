import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'between the intent and the result of an operation a line is withheld, as if somebody had said something',
  faults: {
    events: addingAfter(
      (event) => event.type === 'intent',
      () => ({ type: 'answer', step: 'activation', seat: 'dana', checkedBy: [], question: 'Inside?', values: {} }),
    ),
    withhold: (event) => event.type === 'answer' && event.question === 'Inside?',
    options: { withheld: 'allowed' },
  },
});
