import { addingAfter, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-VOID',
  title: 'a proposal is approved further after an officer declined it',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      return addingAfter(
        (event) => event.type === 'approval' && event.proposal === proposal,
        () => ({ type: 'declined', proposal, seat: 'dave', reason: 'not the agreed key' }),
      )(events);
    },
  },
});
