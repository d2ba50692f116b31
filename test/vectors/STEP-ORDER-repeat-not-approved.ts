import { deviated } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ORDER',
  title: 'a step was run twice before the quorum had approved that',
  faults: {
    events: (events) => {
      const edited = deviated('film', { effect: 'repeat' })(events);
      const deviation = edited.find((event) => event.type === 'deviation')?.seq;
      return chained(
        moving(
          (event) => event.type === 'approval' && event.proposal === deviation,
          (event) => event.type === 'step' && event.step === 'film' && event.phase === 'begin',
        ),
      )(edited);
    },
  },
});
