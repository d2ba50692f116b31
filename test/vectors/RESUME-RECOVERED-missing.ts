import { resumed } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-RECOVERED',
  title: 'a file that was kept aside is not in the pack',
  faults: {
    events: (events) =>
      chained(
        resumed('film'),
        changing(
          'resume',
          () => true,
          (event) => ({ ...event, recovered: [{ path: 'recovered/1/events.jsonl.tail', sha256: OTHER_DIGEST, size: 11 }] }),
        ),
      )(events),
  },
});
