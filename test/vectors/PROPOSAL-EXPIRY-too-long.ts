import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-EXPIRY',
  title: 'a proposal stands for two hours',
  faults: { event: onEvent('proposed', (event) => event.step === 'root-key', (event) => ({ ...event, expires: '2027-03-10T11:30:00Z' })) },
});
