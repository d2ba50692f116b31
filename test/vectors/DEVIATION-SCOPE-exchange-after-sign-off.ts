import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'the administrator had signed off, and then the witness was exchanged',
  faults: { record: { spare: true }, events: exchanged('sign-off@gus', 'gus', 'hana') },
  shell: true,
});
