import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-APPROVED',
  title: 'people signed off over a deviation that nobody had approved',
  faults: { events: deviated('witnessed@gus', { approvedBy: [] }) },
  shell: true,
});
