import { paused } from '../forge/at-table.ts';
import { chained, dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-FRAME',
  title: 'a pause began, and nobody typed the head back before the ceremony went on',
  faults: {
    events: chained(
      paused('film'),
      dropping((event) => event.type === 'pause' && event.phase === 'end'),
    ),
  },
});
