import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ENVIRONMENT',
  title: 'core images were allowed',
  faults: { event: onEvent('observation', (event) => event.step === 'environment', (event) => ({ ...event, facts: { ...event.facts, coreLimit: '0 / unlimited' } })) },
});
