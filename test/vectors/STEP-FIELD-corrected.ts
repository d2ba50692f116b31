import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FIELD',
  title: 'a value was corrected to one that its field does not allow',
  faults: { events: corrected('camera', 'lock', { values: { serial: 'unknown' } }) },
});
