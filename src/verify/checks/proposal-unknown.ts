import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalUnknown = defineCheck({
  id: 'PROPOSAL-UNKNOWN',
  title: 'whatever speaks of a proposal comes after it',
  needs: ['events'],
  run({ events }, { report }) {
    const proposed = new Set<number>();
    for (const event of events) {
      if (event.type === 'proposed') proposed.add(event.seq);
      else if ('proposal' in event && event.proposal !== null && !proposed.has(event.proposal)) {
        report(at(event), `event ${event.proposal} is no proposal before this`);
      }
    }
  },
});
