import { corrected, exchanged } from '../forge/at-table.ts';
import { chained } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-RESPONDENT',
  title: 'a witness checked the correction of a value after another had come in their place',
  faults: {
    record: { spare: true },
    events: chained(
      exchanged('key-read', 'gus', 'hana'),
      corrected('camera', 'lock', { values: { serial: 'B1234' } }),
    ),
  },
});
