import { lint } from '../../pki/lint.ts';
import { usedCrl } from '../../plan/known.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { stepsOf } from '../../plan/plan.ts';
import { parseCrl } from '../../x509/crl.ts';
import { defineCheck } from '../check.ts';
import { sameRulePacks } from '../signed-file.ts';

export const crlLint = defineCheck({
  id: 'CRL-LINT',
  title: 'every CRL keeps the rules that the script claims, as they were on the day of signing',
  needs: ['crls', 'plan', 'opening'],
  run({ crls, plan, opening }, { pack, report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done, issuer: certificate } of crls) {
      const issuer = certificate?.content;
      if (!issuer) {
        note(`${path} is not linted: there is no certificate to lint it with`);
        continue;
      }
      const name = stepsOf(plan).find(({ key }) => key === done.proposal.event.step)?.params['previous'];
      const before = typeof name === 'string' ? usedCrl(plan, name)?.path : undefined;
      const file = before === undefined ? undefined : pack.file(before);
      const previous = file && parseCrl(file, before);
      const context = { kind: 'root-crl' as const, plannedAt: done.proposal.event.at, issuer, previous };
      for (const { rule, clause, message } of lint({ crl: der }, plan.rules, context, waiversOf(plan)).problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});
