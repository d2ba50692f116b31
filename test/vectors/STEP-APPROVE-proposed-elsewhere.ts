import type { Event } from '../../src/transcript/event.ts';
import { moving, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-APPROVE',
  title: 'an operation was not proposed in the step that should',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'root-key');
      const begin = (event: Event) => event.type === 'step' && event.step === 'hsm-empty' && event.phase === 'begin';
      return moving((event) => event.seq === proposal || (event.type === 'approval' && event.proposal === proposal), begin)(events);
    },
  },
});
