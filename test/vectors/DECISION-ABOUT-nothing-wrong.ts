import { mistyped } from '../forge/at-table.ts';
import { chained, changing, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DECISION-ABOUT',
  title: 'a decision is about a proposal, with which nothing was wrong',
  faults: {
    events: (events) =>
      chained(
        mistyped('root-key'),
        changing(
          'decision',
          () => true,
          (event) => ({ ...event, about: proposalSeq(events, 'root-key') }),
        ),
      )(events),
  },
});
