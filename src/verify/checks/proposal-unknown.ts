import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** What may be said of a deviation too: it is approved or declined, and a person may fail at that. */
const APPROVABLE: readonly string[] = ['approval', 'declined', 'refusal'];

export const proposalUnknown = defineCheck({
  id: 'PROPOSAL-UNKNOWN',
  title: 'whatever speaks of a proposal or of a deviation comes after it; only proposals are used',
  needs: ['events'],
  run({ events }, { report }) {
    const proposed = new Set<number>();
    const deviated = new Set<number>();
    for (const event of events) {
      if (event.type === 'proposed') proposed.add(event.seq);
      else if (event.type === 'deviation') deviated.add(event.seq);
      else if ('proposal' in event && event.proposal !== null && !proposed.has(event.proposal)) {
        const votes = APPROVABLE.includes(event.type);
        if (votes && deviated.has(event.proposal)) continue;
        report(at(event), `event ${event.proposal} is no proposal ${votes ? 'or deviation ' : ''}before this`);
      }
    }
  },
});
