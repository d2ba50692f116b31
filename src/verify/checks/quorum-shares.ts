import { defineCheck } from '../check.ts';
import { operationsOf } from '../products.ts';
import { at } from '../where.ts';

export const quorumShares = defineCheck({
  id: 'QUORUM-SHARES',
  title: 'those who approved the preparation of a token hold enough shares of each set to open it',
  needs: ['done'],
  run({ done }, { report }) {
    for (const { operation, proposal } of operationsOf(done, 'prepare-token')) {
      const [intent] = proposal.intents;
      if (!intent) continue;
      for (const set of operation.sets) {
        const holders = set.shares.filter((share) => intent.approvers.includes(share.seat)).length;
        if (holders < set.threshold) {
          report(
            at(intent),
            `the approvers hold ${holders} shares of the ${set.kind} set ${set.id}; ${set.threshold} open it`,
          );
        }
      }
    }
  },
});
