import { corrected } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SKIP',
  title: 'the answer on which two steps hang was corrected, and they followed the one before',
  faults: {
    events: chained(
      corrected('film', 'film', { values: { answer: 'no' } }),
      moving(
        (event) => event.type === 'correction',
        (event) => event.type === 'answer' && event.step === 'film',
      ),
    ),
  },
});
