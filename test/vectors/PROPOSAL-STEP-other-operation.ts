import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-STEP',
  title: 'an operation was proposed under the name of another',
  faults: { event: onEvent('proposed', (event) => event.step === 'hsm-empty', (event) => ({ ...event, operation: 'sign' })) },
  shell: true,
});
