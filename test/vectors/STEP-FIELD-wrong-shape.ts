import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FIELD',
  title: 'a typed value has not the declared shape',
  faults: { event: onEvent('answer', (event) => event.step === 'camera', (event) => ({ ...event, values: { serial: '12' } })) },
});
