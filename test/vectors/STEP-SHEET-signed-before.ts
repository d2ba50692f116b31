import type { Event } from '../../src/transcript/event.ts';
import { moving, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SHEET',
  title: 'a token signed before the sheet was there',
  faults: {
    record: { vault: true },
    events: (events) => {
      const proposal = proposalSeq(events, 'first-crl');
      const sheet = (event: Event) =>
        event.type === 'observation' && event.subject === 'sheet' && event.facts['proposal'] === proposal;
      const last = events.findLast((event) => event.type === 'approval' && event.proposal === proposal);
      return moving(sheet, (event) => event.seq === last?.seq)(events);
    },
  },
});
