import { lint } from '../../pki/lint.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import type { Certificate } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued } from '../pack-certificates.ts';
import type { PackCertificate } from '../parts.ts';
import { sameRulePacks } from '../signed-file.ts';

export const certificateLint = defineCheck({
  id: 'CERTIFICATE-LINT',
  title: 'every certificate keeps the rules that the script claims, as they were on the day of signing',
  needs: ['certificates', 'plan', 'opening'],
  run({ certificates, plan, opening }, { report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done, content, issuer } of certificates) {
      const context = contextOf(content, issuer);
      // CERTIFICATE-ISSUER says that the pack has none.
      if (!context) continue;
      const plannedAt = done.proposal.event.at;
      for (const { rule, clause, message } of lint(
        { certificate: der },
        plan.rules,
        { ...context, plannedAt },
        waiversOf(plan),
      ).problems) {
        const text = `${rule}: ${message} (${clause})`;
        if (same) report(path, text);
        else note(`${path}: by the rule packs of this version, which are not those of the ceremony: ${text}`);
      }
    }
  },
});

function contextOf(content: Certificate, issuer: PackCertificate | undefined) {
  if (isSelfIssued(content)) return { kind: 'root-ca' as const };
  return issuer && { kind: 'subordinate-ca' as const, issuer: issuer.content };
}
