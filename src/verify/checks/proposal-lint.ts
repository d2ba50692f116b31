import { waiversOf } from '../../plan/make-plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalLint = defineCheck({
  id: 'PROPOSAL-LINT',
  title: 'nothing was proposed whose recorded lint has a problem that the script does not waive',
  needs: ['proposals', 'plan'],
  run({ proposals, plan }, { report }) {
    const waived = new Set(waiversOf(plan).map((waiver) => waiver.rule));
    for (const { event } of proposals) {
      for (const { rule, message } of event.lint) {
        if (typeof rule !== 'string' || !waived.has(rule))
          report(at(event), `proposed with a problem that is not waived: ${String(rule)}: ${String(message)}`);
      }
    }
  },
});
