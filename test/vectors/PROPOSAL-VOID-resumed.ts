import { resumed } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-VOID',
  title: 'operations were done whose proposals a resume had voided',
  faults: { events: resumed('hsm-empty') },
});
