import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalDigest = defineCheck({
  id: 'PROPOSAL-DIGEST',
  title: "the digest that people approved is that of the operation's descriptor",
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { event, descriptor } of proposals) {
      if (event.digest !== descriptor.digest)
        report(at(event), `"digest" is ${event.digest}; the descriptor has ${descriptor.digest}`);
    }
  },
});
