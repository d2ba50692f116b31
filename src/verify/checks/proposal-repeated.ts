import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalRepeated = defineCheck({
  id: 'PROPOSAL-REPEATED',
  title: 'no operation of a step was done a second time, under another proposal',
  needs: ['done'],
  run({ done }, { report }) {
    const first = new Map<string, number>();
    for (const { proposal, result } of done) {
      const before = first.get(proposal.event.step);
      if (before === undefined) first.set(proposal.event.step, result.seq);
      else report(at(result), `the operation of step "${proposal.event.step}" was done before, in event ${before}`);
    }
  },
});
