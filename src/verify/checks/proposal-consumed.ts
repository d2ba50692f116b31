import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalConsumed = defineCheck({
  id: 'PROPOSAL-CONSUMED',
  title: 'every proposal is used once at most',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { seq, intents } of proposals) {
      for (const intent of intents.slice(1))
        report(at(intent), `the proposal in event ${seq} was used already, in event ${intents[0]?.seq}`);
    }
  },
});
