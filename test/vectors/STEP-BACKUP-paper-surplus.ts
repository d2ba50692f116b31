import { backingUpOnPaper } from '../forge/backing-up.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'two pages of a share went to the printer, and nobody said that the other one is shredded',
  faults: {
    record: backingUpOnPaper,
    event: onEvent(
      'observation',
      ({ subject, facts }) => subject === 'paper-share' && facts['seat'] === 'bob' && facts['state'] === 'read-back',
      (event) => ({ ...event, facts: { ...event.facts, pages: 2 } }),
    ),
  },
});
