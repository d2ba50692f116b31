import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FRAME',
  title: 'an observation belongs to a step that is not open',
  faults: { event: onEvent('observation', (event) => event.step === 'environment', (event) => ({ ...event, step: 'clock' })) },
});
