import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-APPROVED',
  title: 'two of three officers approved a deviation, and the HSM was used',
  faults: { events: deviated('film', { approvedBy: ['alice', 'bob'] }) },
  shell: true,
});
