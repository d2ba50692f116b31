import { chained, dropping, proposalSeq, withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-COUNT',
  title: 'two people approved where three are needed',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      const dropped = dropping((event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'carol');
      return chained(withoutApprover('root-key', 'carol'), dropped)(events);
    },
  },
  shell: true,
});
