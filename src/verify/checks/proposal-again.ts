import { defineCheck } from '../check.ts';
import { isOpenAt } from '../open-proposal.ts';
import type { Proposal } from '../parts.ts';
import { at } from '../where.ts';

export const proposalAgain = defineCheck({
  id: 'PROPOSAL-AGAIN',
  title: 'a step has one open proposal at most: another follows once the one before is used, declined, void or expired',
  needs: ['proposals', 'events'],
  run({ proposals, events }, { report }) {
    const last = new Map<string, Proposal>();
    for (const proposal of proposals) {
      const { step } = proposal.event;
      const before = last.get(step);
      if (before && isOpenAt(before, proposal.event, events))
        report(at(proposal.event), `the proposal in event ${before.seq} for step "${step}" is still open`);
      last.set(step, proposal);
    }
  },
});
