import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CORRECTION-TARGET',
  title: 'a correction gives a value that nobody was asked for',
  faults: { events: corrected('camera', 'lock', { values: { serial: 'B1234', colour: 'black' } }) },
});
