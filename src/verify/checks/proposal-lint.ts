import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalLint = defineCheck({
  id: 'PROPOSAL-LINT',
  title: 'nothing was proposed whose recorded lint is not clean or waived',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { event } of proposals) {
      for (const problem of event.lint) {
        if (problem['waiver'] === undefined || problem['waiver'] === null) {
          report(at(event), `the recorded lint has a problem without a waiver: ${String(problem['rule'])}: ${String(problem['message'])}`);
        }
      }
    }
  },
});
