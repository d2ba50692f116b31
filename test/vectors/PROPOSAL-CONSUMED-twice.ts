import { addingAfter, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-CONSUMED',
  title: 'a proposal is used a second time',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      return addingAfter(
        (event) => event.type === 'result' && event.proposal === proposal,
        () => ({ type: 'intent', proposal, approvers: ['alice', 'bob', 'carol'] }),
      )(events);
    },
  },
  shell: true,
});
