import { resumed } from '../forge/at-table.ts';
import { chained, changing } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

/** The computer's facts name the program that goes on, as they must: it is the resume that was not allowed. */
export const vector = defineVector({
  check: 'RESUME-PROGRAM',
  title: 'a ceremony went on with another program than the authorized one',
  faults: {
    events: chained(
      resumed('documents'),
      changing(
        'resume',
        () => true,
        (event) => ({ ...event, program: OTHER_DIGEST }),
      ),
      changing(
        'observation',
        (event) => event.subject === 'environment',
        (event) => ({ ...event, facts: { ...event.facts, program: { digest: OTHER_DIGEST } } }),
      ),
    ),
  },
});
