import { backingUpOnPaper } from '../forge/backing-up.ts';
import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'by its operation the set is on paper, and nothing says that it was printed',
  faults: {
    record: backingUpOnPaper,
    events: dropping((event) => event.type === 'observation' && event.subject === 'paper-share'),
  },
});
