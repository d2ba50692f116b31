import { addingAfter, proposalSeq } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-DUPLICATE',
  title: 'one person is recorded as approving twice',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      return addingAfter(
        (event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'carol',
        () => ({ type: 'approval', proposal, seat: 'alice', signature: OTHER_DIGEST, token: 'token-3', origin: 'generated-here' }),
      )(events);
    },
  },
});
