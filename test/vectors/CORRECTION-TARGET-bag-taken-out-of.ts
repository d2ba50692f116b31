import { corrected } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CORRECTION-TARGET',
  title: 'a card came out of another bag, and the number was corrected to that of the list',
  faults: {
    record: { vault: true },
    events: chained(
      corrected('cards-out@bob', 'cards-out@carol'),
      changing(
        'answer',
        (event) => event.step === 'cards-out@bob',
        (event) => ({ ...event, values: { ...event.values, bag: 'A0012399' } }),
      ),
    ),
  },
});
