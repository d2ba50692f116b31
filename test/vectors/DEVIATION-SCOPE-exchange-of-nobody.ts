import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'somebody was exchanged who filled no seat',
  faults: { record: { spare: true }, events: exchanged('key-read', 'frank', 'heidi') },
  shell: true,
});
