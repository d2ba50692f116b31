import { failedOnce } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RECONCILIATION-OF',
  title: 'a key was proposed anew after the HSM had failed at it, and nobody had looked whether it was there',
  faults: { events: failedOnce('root-key') },
});
