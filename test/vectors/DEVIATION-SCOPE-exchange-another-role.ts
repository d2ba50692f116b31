import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'a witness came to approve in the place of an officer',
  faults: { record: { spare: true }, events: exchanged('key-read', 'erin', 'hana') },
  shell: true,
});
