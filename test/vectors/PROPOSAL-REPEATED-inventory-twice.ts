import { sha256 } from '../../src/base/digest.ts';
import type { Event } from '../../src/transcript/event.ts';
import { proposalSeq, retimed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-REPEATED',
  title: 'an operation was approved and done twice for one step',
  faults: {
    events: (events) => {
      const first = proposalSeq(events, 'hsm-empty');
      const speaks = (event: Event) => event.seq === first || ('proposal' in event && event.proposal === first);
      const again = events.filter(speaks).map((event, index) => ({
        ...event,
        ...('proposal' in event ? { proposal: 200_000 } : {}),
        seq: event.seq === first ? 200_000 : 200_001 + index,
        salt: sha256(`again ${index}`).slice(0, 32),
      })) as readonly Event[];
      const end = events.findIndex((event) => event.type === 'result' && event.proposal === first) + 1;
      return retimed([...events.slice(0, end), ...again, ...events.slice(end)]);
    },
  },
});
