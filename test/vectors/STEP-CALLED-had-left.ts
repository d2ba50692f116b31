import { deviated, exchanged } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CALLED',
  title: 'a witness agreed to a deviation after another had come in their place',
  faults: {
    record: { spare: true },
    events: chained(
      exchanged('key-read', 'gus', 'hana'),
      deviated('lock'),
      changing(
        'deviation',
        (event) => event.step === 'lock',
        (event) => ({ ...event, agreed: ['dana', 'gus'] }),
      ),
    ),
  },
});
