import { paused } from '../forge/at-table.ts';
import { chained, dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-FRAME',
  title: 'a pause ended that had not begun',
  faults: {
    events: chained(
      paused('film'),
      dropping((event) => event.type === 'pause' && event.phase === 'begin'),
    ),
  },
});
