import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-TRANSCRIBED',
  title: 'one step on paper was not typed into the record',
  faults: {
    record: { vault: true },
    events: dropping((event) => event.type === 'answer' && event.values['of'] === 'image'),
  },
});
