import { deviated } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ANSWER',
  title: 'a step was left undone, and only later the quorum approved that it was skipped',
  faults: {
    events: (events) => {
      const edited = deviated('camera', { effect: 'skip' })(events);
      const deviation = edited.find((event) => event.type === 'deviation')?.seq;
      return chained(
        moving(
          (event) => event.type === 'approval' && event.proposal === deviation,
          (event) => event.type === 'step' && event.step === 'roll-call@alice' && event.phase === 'begin',
        ),
      )(edited);
    },
  },
});
