import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CORRECTION-CHECKED',
  title: 'a value that the witness had checked was corrected by one person alone',
  faults: { events: corrected('camera', 'lock', { values: { serial: 'B1234' }, checkedBy: [] }) },
});
