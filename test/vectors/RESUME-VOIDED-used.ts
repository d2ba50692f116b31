import { resumed } from '../forge/at-table.ts';
import { chained, changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RESUME-VOIDED',
  title: 'a resume voids a proposal that was used before',
  faults: {
    events: (events) =>
      chained(
        resumed('pack-out'),
        changing(
          'resume',
          () => true,
          (event) => ({ ...event, voided: [proposalSeq(events, 'first-crl')] }),
        ),
      )(events),
  },
});
