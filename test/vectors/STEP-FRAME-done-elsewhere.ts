import type { Event } from '../../src/transcript/event.ts';
import { moving, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-FRAME',
  title: 'an operation was done in a step that was not its own',
  faults: {
    events: (events) => {
      const first = proposalSeq(events, 'hsm-empty');
      const begin = (event: Event) => event.type === 'step' && event.step === 'root-key' && event.phase === 'begin';
      return moving((event) => (event.type === 'intent' || event.type === 'result') && event.proposal === first, begin)(events);
    },
  },
});
