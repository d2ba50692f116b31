import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-PAYLOAD',
  title: 'a proposal names another file as what is to be signed',
  faults: { event: onEvent('proposed', (event) => event.step === 'first-crl', (event) => ({ ...event, payload: 'approvals/1.tbs' })) },
});
