import { chained, dropping, proposalSeq, redescribed, withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'QUORUM-SHARES',
  title: 'those who prepared a token could not have opened its shares',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'activation');
      const dropped = dropping((event) => event.type === 'approval' && event.proposal === proposal && ['dave', 'erin'].includes(event.seat));
      const raised = redescribed('activation', (descriptor) => {
        descriptor['sets'] = (descriptor['sets'] as { kind: string; threshold: number }[]).map((set) => (set.kind === 'user' ? { ...set, threshold: 4 } : set));
      });
      return chained(withoutApprover('activation', 'dave'), withoutApprover('activation', 'erin'), dropped, raised)(events);
    },
  },
});
