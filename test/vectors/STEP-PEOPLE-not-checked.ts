import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PEOPLE',
  title: 'a step was checked by nobody though the plan names a witness',
  faults: { event: onEvent('step', (event) => event.step === 'clock', (event) => ({ ...event, check: [] })) },
});
