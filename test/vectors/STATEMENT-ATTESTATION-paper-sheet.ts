import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-ATTESTATION',
  title: 'the sheet that somebody signed in ink was of another record',
  faults: { event: onEvent('statement', (event) => event.step === 'judged', (event) => ({ ...event, facts: { ...event.facts, head: OTHER_DIGEST } })) },
});
