import { inserting } from '../forge/at-table.ts';
import { backingUpOnPaper } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'the page of a share came twice, and both were read back',
  faults: {
    record: backingUpOnPaper,
    events: (events) => {
      const page = events.find((event) => event.type === 'observation' && event.facts['state'] === 'read-back');
      if (page?.type !== 'observation') throw new Error('nothing was printed');
      const { type, step, subject, facts } = page;
      return inserting(
        (event) => event === page,
        () => [{ type, step, subject, facts }],
      )(events);
    },
  },
});
