import { paused } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-FRAME',
  title: 'a question was answered while the ceremony paused',
  faults: {
    events: chained(
      paused('film'),
      moving(
        (event) => event.type === 'pause' && event.phase === 'end',
        (event) => event.type === 'answer' && event.step === 'film',
      ),
    ),
  },
});
