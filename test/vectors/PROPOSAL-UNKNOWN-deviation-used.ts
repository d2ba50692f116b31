import { beginOf, deviated, inserting } from '../forge/at-table.ts';
import { chained } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-UNKNOWN',
  title: 'an approved deviation was used as if it were an operation',
  faults: {
    events: chained(
      deviated('film'),
      inserting(beginOf('key-read'), (_first, events) => {
        const deviation = events.find((event) => event.type === 'deviation');
        return [{ type: 'intent', proposal: deviation?.seq ?? 0, approvers: ['alice', 'bob', 'carol', 'dave'] }];
      }),
    ),
  },
});
