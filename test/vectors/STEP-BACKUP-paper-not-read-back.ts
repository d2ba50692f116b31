import { backingUpOnPaper } from '../forge/backing-up.ts';
import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'a share that was to be on paper was printed, and read back by nobody, before the key was wrapped',
  faults: {
    record: backingUpOnPaper,
    events: dropping(
      (event) =>
        event.type === 'observation' &&
        event.subject === 'paper-share' &&
        event.facts['seat'] === 'carol' &&
        event.facts['state'] === 'read-back',
    ),
  },
});
