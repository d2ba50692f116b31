import { lint } from '../../pki/lint.ts';
import { besideOf } from '../../plan/existing.ts';
import { RESPONDER } from '../../plan/issuing.ts';
import { waiversOf } from '../../plan/make-plan.ts';
import { stepsOf } from '../../plan/plan.ts';
import type { Certificate } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued, readExisting } from '../pack-certificates.ts';
import type { PackCertificate } from '../parts.ts';
import { sameRulePacks } from '../signed-file.ts';

export const certificateLint = defineCheck({
  id: 'CERTIFICATE-LINT',
  title: 'every certificate keeps the rules that the script claims, as they were on the day of signing',
  needs: ['certificates', 'plan', 'events', 'opening'],
  run({ certificates, plan, events, opening }, { pack, report, note }) {
    const same = sameRulePacks(plan.rules, opening);
    for (const { path, der, done, content, issuer } of certificates) {
      const step = stepsOf(plan).find(({ key }) => key === done.proposal.event.step);
      const beside = step && besideOf(plan, events, step);
      // One that is issued again is what the existing one is.
      const isCross = beside !== undefined && beside.changes === undefined;
      const existing = beside && readExisting(pack, beside.path);
      const kind = step?.type === RESPONDER ? ('ocsp-responder' as const) : ('subordinate-ca' as const);
      const context = contextOf(content, kind, issuer, isCross ? { existing } : undefined);
      // CERTIFICATE-ISSUER says that the pack has no issuer, STEP-CERTIFICATE that nothing is there to stand beside.
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

function contextOf(
  content: Certificate,
  kind: 'subordinate-ca' | 'ocsp-responder',
  issuer: PackCertificate | undefined,
  beside: { readonly existing: Certificate | undefined } | undefined,
) {
  if (isSelfIssued(content)) return { kind: 'root-ca' as const };
  if (!issuer) return undefined;
  if (!beside) return { kind, issuer: issuer.content };
  return beside.existing && { kind: 'cross-certificate' as const, issuer: issuer.content, existing: beside.existing };
}
