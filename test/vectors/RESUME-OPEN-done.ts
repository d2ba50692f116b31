import { resumed } from '../forge/at-table.ts';
import { chained, changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-OPEN',
  title: 'a resume calls an operation open that was done',
  faults: {
    events: (events) =>
      chained(
        resumed('pack-out'),
        changing(
          'resume',
          () => true,
          (event) => ({ ...event, open: proposalSeq(events, 'first-crl') }),
        ),
      )(events),
  },
});
