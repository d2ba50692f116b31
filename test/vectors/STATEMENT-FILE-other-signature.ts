import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-FILE',
  title: 'a statement was recorded with another signature',
  faults: { event: onEvent('statement', (event) => event.step === 'witnessed@gus', (event) => ({ ...event, signature: OTHER_DIGEST })) },
});
