import { lint } from '../../pki/lint.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { defineCheck } from '../check.ts';
import { sameRulePacks } from '../signed-file.ts';

export const crlLint = defineCheck({
  id: 'CRL-LINT',
  title: 'every CRL keeps the rules that the script claims, as they were on the day of signing',
  needs: ['crls', 'plan', 'opening'],
  run({ crls, plan, opening }, { report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done, issuer: certificate } of crls) {
      const issuer = certificate?.content;
      if (!issuer) {
        note(`${path} is not linted: there is no certificate to lint it with`);
        continue;
      }
      const context = { kind: 'root-crl' as const, plannedAt: done.proposal.event.at, issuer, previous: undefined };
      for (const { rule, clause, message } of lint({ crl: der }, plan.rules, context, waiversOf(plan)).problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});
