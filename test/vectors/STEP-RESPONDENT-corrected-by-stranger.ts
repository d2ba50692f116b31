import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-RESPONDENT',
  title: 'an officer corrected a value that they had neither typed nor checked',
  faults: { events: corrected('camera', 'lock', { values: { serial: 'B1234' }, seat: 'erin' }) },
});
