import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-WITHHELD',
  title: 'a correction is withheld, and nobody can tell of what',
  faults: {
    events: corrected('camera', 'lock', { values: { serial: 'B1234' } }),
    withhold: (event) => event.type === 'correction',
  },
});
