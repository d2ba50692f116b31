import { chained, dropping, proposalSeq, withoutApprover } from '../forge/edit.ts';
import { proven, rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'no more custodians opened the new shares than open the token',
  faults: {
    record: rotating,
    events: (events) => {
      const proposal = proposalSeq(events, 'rotate-user');
      const dropped = dropping((event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'dave');
      return chained(withoutApprover('rotate-user', 'dave'), dropped)(events);
    },
    event: proven('rotate-user', (set) => ({ ...set, opened: set.opened.slice(0, 3), unproven: ['dave', 'erin'], subsetsCompared: 1 })),
  },
});
