import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalExpired = defineCheck({
  id: 'PROPOSAL-EXPIRED',
  title: 'no proposal is approved or used after it expired',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { seq, event, approvals, intents } of proposals) {
      for (const later of [...approvals, ...intents]) {
        if (later.at > event.expires)
          report(at(later), `"at" is ${later.at}; the proposal in event ${seq} expired at ${event.expires}`);
      }
    }
  },
});
