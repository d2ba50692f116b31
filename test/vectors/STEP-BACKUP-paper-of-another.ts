import { backingUpOnPaper } from '../forge/backing-up.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'the page of one custodian is counted as that of another',
  faults: {
    record: backingUpOnPaper,
    event: onEvent(
      'observation',
      ({ subject, facts }) => subject === 'paper-share' && facts['seat'] === 'bob',
      (event) => ({ ...event, facts: { ...event.facts, unit: 'pages@alice' } }),
    ),
  },
});
