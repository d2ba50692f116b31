import { proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-RESULT',
  title: 'an HSM operation has a result and no intent',
  faults: {
    events: (events) => {
      const proposal = proposalSeq(events, 'hsm-empty');
      return events.filter((event) => event.type !== 'intent' || event.proposal !== proposal);
    },
  },
});
