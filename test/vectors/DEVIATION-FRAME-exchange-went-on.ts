import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-FRAME',
  title: 'the witness was exchanged before a step had done anything, and it went on without who had come',
  faults: { record: { spare: true }, events: exchanged('film', 'gus', 'hana', { again: false }) },
});
