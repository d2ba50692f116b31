import { resumed } from '../forge/at-table.ts';
import { chained, changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-VOID',
  title: 'an operation was done whose proposal a resume had voided',
  faults: {
    events: (events) =>
      chained(
        resumed('hsm-empty'),
        changing(
          'resume',
          () => true,
          (event) => ({ ...event, voided: [proposalSeq(events, 'root-key')] }),
        ),
      )(events),
  },
});
