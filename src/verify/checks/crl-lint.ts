import { lint } from '../../pki/lint.ts';
import { lastContext } from '../../plan/delta-crl.ts';
import { followed, lastCrlIn } from '../../plan/last-crl.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { stepsOf } from '../../plan/plan.ts';
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
      const params = stepsOf(plan).find(({ key }) => key === done.proposal.event.step)?.params ?? {};
      const last = lastCrlIn(plan, followed(params), (file) => pack.octets(file));
      const context = {
        ...{ kind: 'root-crl' as const, plannedAt: done.proposal.event.at, issuer },
        ...lastContext(params, last),
      };
      for (const { rule, clause, message } of lint({ crl: der }, plan.rules, context, waiversOf(plan)).problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});
