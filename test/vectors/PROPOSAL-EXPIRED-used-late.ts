import { onEvent, proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-EXPIRED',
  title: 'a proposal is used after it expired',
  faults: {
    event: onEvent('proposed', (event) => event.step === 'first-crl', (event) => {
      return { ...event, expires: `${new Date(Date.parse(event.at) + 1000).toISOString().slice(0, 19)}Z` };
    }),
    events: (events) => {
      // The CRL is signed ten minutes later, and so is everything after it.
      const intent = events.find((event) => event.type === 'intent' && event.proposal === proposalSeq(events, 'first-crl'));
      const late = (at: string) => `${new Date(Date.parse(at) + 600_000).toISOString().slice(0, 19)}Z`;
      return events.map((event) => (event.seq >= (intent?.seq ?? 0) ? { ...event, at: late(event.at) } : event));
    },
  },
});
