import { lint } from '../../pki/lint.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { defineCheck } from '../check.ts';
import { sameRulePacks } from '../signed-file.ts';

export const certificateLint = defineCheck({
  id: 'CERTIFICATE-LINT',
  title: 'every certificate keeps the rules that the script claims, as they were on the day of signing',
  needs: ['certificates', 'plan', 'opening'],
  run({ certificates, plan, opening }, { report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done } of certificates) {
      const context = { kind: 'root-ca' as const, plannedAt: done.proposal.event.at };
      for (const { rule, clause, message } of lint({ certificate: der }, plan.rules, context, waiversOf(plan))
        .problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});
