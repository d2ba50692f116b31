import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-RESPONDENT',
  title: 'somebody answered in a step that was not theirs',
  faults: { event: onEvent('answer', (event) => event.step === 'film', (event) => ({ ...event, seat: 'ivo' })) },
});
