import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-PREPARE',
  title: 'an officer who had left before the HSM was prepared holds a share of it, and who came for them does not',
  faults: { record: { spare: true }, events: exchanged('hsm-seen', 'erin', 'frank') },
});
