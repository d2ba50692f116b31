import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-TEXT',
  title: 'a question turns the direction of what follows it',
  faults: { event: onEvent('answer', (event) => event.step === 'film', (event) => ({ ...event, question: 'Is it \u202e?' })) },
});
