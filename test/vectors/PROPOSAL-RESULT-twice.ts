import { addingAfter, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-RESULT',
  title: 'an operation has two results',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      return addingAfter(
        (event) => event.type === 'result' && event.proposal === proposal,
        () => ({ type: 'result', proposal, outcome: 'failed', facts: { code: 'PKCS11_ERROR', reached: 'no' } }),
      )(events);
    },
  },
});
