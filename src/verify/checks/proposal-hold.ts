import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalHold = defineCheck({
  id: 'PROPOSAL-HOLD',
  title: 'no activation was approved to stand longer, or for more operations, than the act allows',
  needs: ['proposals', 'plan'],
  run({ proposals, plan }, { report }) {
    for (const { event, descriptor } of proposals) {
      const { hold } = descriptor.operation;
      const act = plan.acts.find(({ steps }) => steps.some((step) => step.key === event.step));
      if (!hold || !act) continue;
      const allowed = act.activation;
      if (!allowed) report(at(event), `the activation would be held, and act "${act.title}" holds none`);
      else if (hold.seconds > allowed.seconds || hold.operations > allowed.operations) {
        report(
          at(event),
          `the activation would be held for ${hold.seconds} s and ${hold.operations} operations; act "${act.title}" allows ${allowed.seconds} s and ${allowed.operations}`,
        );
      }
    }
  },
});
