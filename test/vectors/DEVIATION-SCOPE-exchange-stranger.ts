import { approvalOf, beginOf, deviated, inserting } from '../forge/at-table.ts';
import { chained } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'somebody was to come who is not on the roster, and the quorum agreed to that when it changed nothing any more',
  faults: {
    events: chained(
      deviated('film', { effect: 'exchange', names: ['gus', 'mallory'], approvedBy: [] }),
      inserting(beginOf('camera'), (_first, events) => {
        const deviation = events.find((event) => event.type === 'deviation')?.seq ?? 0;
        return ['alice', 'bob', 'carol'].map((seat) => approvalOf(events, seat, deviation));
      }),
    ),
  },
  shell: true,
});
