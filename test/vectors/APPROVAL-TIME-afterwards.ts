import { chained, moving, proposalSeq, withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-TIME',
  title: 'an approval was recorded after the operation was done',
  shell: true,
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'activation');
      const late = moving(
        (event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'erin',
        (event) => event.type === 'result' && event.proposal === proposal,
      );
      return chained(withoutApprover('activation', 'erin'), late)(events);
    },
  },
});
