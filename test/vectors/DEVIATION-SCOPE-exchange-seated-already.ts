import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'one person came for another and filled two seats',
  faults: { record: { spare: true }, events: exchanged('key-read', 'erin', 'dave') },
  shell: true,
});
