import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-DEACTIVATE',
  title: 'the HSM still showed private objects after the logout',
  faults: { event: onEvent('observation', (event) => event.step === 'lock', (event) => ({ ...event, facts: { ...event.facts, privateObjectsVisible: 1 } })) },
});
