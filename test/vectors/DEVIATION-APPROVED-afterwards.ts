import { approvalOf, beginOf, inserting } from '../forge/at-table.ts';
import { chained } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const step = 'activation';
const said = { type: 'deviation', step, what: 'One seal is torn', why: 'By the bag', effect: 'none', names: [], agreed: ['dana'] } as const;

export const vector = defineVector({
  check: 'DEVIATION-APPROVED',
  title: 'an operation was proposed, and then the quorum approved the deviation before it',
  faults: {
    events: chained(
      inserting(beginOf(step), () => [said]),
      inserting(
        (event) => event.type === 'proposed' && event.step === step,
        (_first, events) => {
          const deviation = events.find((event) => event.type === 'deviation')?.seq ?? 0;
          return ['alice', 'bob', 'carol'].map((seat) => approvalOf(events, seat, deviation));
        },
      ),
    ),
  },
  shell: true,
});
