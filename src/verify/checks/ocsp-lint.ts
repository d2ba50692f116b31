import { lint } from '../../pki/lint.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { defineCheck } from '../check.ts';
import { sameRulePacks } from '../signed-file.ts';

export const ocspLint = defineCheck({
  id: 'OCSP-LINT',
  title: 'every OCSP response keeps the rules that the script claims, as they were on the day of signing',
  needs: ['ocspResponses', 'plan', 'opening'],
  run({ ocspResponses, plan, opening }, { report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done } of ocspResponses) {
      const context = { kind: 'ocsp-response' as const, plannedAt: done.proposal.event.at };
      const { problems } = lint({ ocspResponse: der }, plan.rules, context, waiversOf(plan));
      for (const { rule, clause, message } of problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});
