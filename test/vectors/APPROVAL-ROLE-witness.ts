import { addingAfter, proposalSeq } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-ROLE',
  title: 'the witness approved an operation',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'activation');
      return addingAfter(
        (event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'erin',
        () => ({ type: 'approval', proposal, seat: 'gus', signature: OTHER_DIGEST, token: 'token-8', origin: 'generated-here' }),
      )(events);
    },
  },
  shell: true,
});
