import { deviated } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-COMPARE',
  title: 'a step was left undone, and only later the quorum approved that it was skipped',
  faults: {
    events: (events) => {
      const edited = deviated('key-read', { effect: 'skip' })(events);
      const deviation = edited.find((event) => event.type === 'deviation')?.seq;
      return chained(
        moving(
          (event) => event.type === 'approval' && event.proposal === deviation,
          (event) => event.type === 'step' && event.step === 'cert-agreed' && event.phase === 'begin',
        ),
      )(edited);
    },
  },
});
