import { type LintProblem, type LintResult, lint } from '../pki/lint.ts';
import { crlRequestProblems } from '../pki/request.ts';
import type { CertificateContext } from '../pki/rule.ts';
import { waiverProblems } from '../pki/waivers.ts';
import type { Issue } from '../ports.ts';
import type { Path, Positions } from '../script/positions.ts';
import type { Problem } from '../script/problem.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseTbsCertList } from '../x509/crl.ts';
import type { TbsCertList } from '../x509/model.ts';
import { draftCrl } from './draft-crl.ts';
import { hierarchyProblems } from './hierarchy.ts';
import { type Carried, carriedCrls, membersOf, PLACES, usedCertificates } from './hierarchy-planned.ts';
import { certificateAtHand, keyAtHand } from './known.ts';
import { lintAnswers } from './lint-answers.ts';
import { waiversOf } from './make-plan.ts';
import { decidedOutside, partitionUris, unpartitioned } from './partitions-planned.ts';
import { type Plan, stepsOf } from './plan.ts';
import { PlanReporter } from './reporter.ts';
import { requestProblems } from './requests-made.ts';
import { encoded, existingOf, requestBelow } from './stand-ins.ts';
import type { World } from './world.ts';

export interface Draft {
  readonly plan: Plan;
  readonly world: World;
  readonly paths: ReadonlyMap<string, Path>;
  readonly carried?: Carried;
}

/**
 * Lints every certificate, CRL and OCSP response that a plan will make, with a stand-in key of the same type and a placeholder
 * serial, at both ends of the window in which it may be proposed. What is filled in later is linted again then.
 */
export async function lintDraft(
  draft: Draft,
  positions: Positions,
  issue: Pick<Issue, 'standIn' | 'tbsCertList'>,
  window: readonly [string, string],
): Promise<readonly Problem[]> {
  const { plan, world, paths, carried = new Map() } = draft;
  const reporter = new PlanReporter();
  const results: LintResult[] = [];
  let whole = true;
  const report = (step: string, result: LintResult) => {
    results.push(result);
    for (const problem of result.problems) {
      // The list of packs is judged once, at its own place in the script.
      if (problem.rule !== 'lint/packs')
        reporter.at(
          positions,
          [...(paths.get(step) ?? []), 'step'],
          'PLAN_LINT',
          textOf(problem),
          'a waiver needs rule, why, owner and until',
          'problem',
        );
    }
  };
  for (const [index, at] of window.entries()) {
    // Those that earlier ceremonies made, and stand-ins for those of this one; the world has an issuer before what it signs.
    const there = new Map(usedCertificates(plan, carried));
    for (const certificate of world.certificates.values()) {
      if (certificate.step === null) continue;
      const issuer = certificate.issuer === null ? undefined : there.get(certificate.issuer);
      const existing = await existingOf(plan, certificate, index, there, issue);
      const { request, refused } = requestBelow(certificate, index, issuer, existing);
      for (const text of refused)
        reporter.at(
          positions,
          [...(paths.get(certificate.step) ?? []), ...PLACES.subject],
          'PLAN_HIERARCHY',
          `"${certificate.name}" cannot be issued below "${certificate.issuer}": ${text}`,
        );
      const der = request && (await encoded(issue.standIn(request, existing?.spki.der)));
      const made = der && parseCertificate(der);
      if (!made) {
        whole = false;
        continue;
      }
      there.set(certificate.name, made);
      const context = { kind: certificate.kind, issuer, existing, plannedAt: at } as CertificateContext;
      report(certificate.step, lint({ certificate: made.der }, plan.rules, context, waiversOf(plan)));
    }
    // By their bytes: what is linted of one may be a copy with another serial number.
    const standIns = new Set(
      [...world.certificates.values()].flatMap(({ name, step }) => (step === null ? [] : (there.get(name)?.der ?? []))),
    );
    const crls = new Map<string, TbsCertList>();
    const members = membersOf(draft, there, at);
    for (const { step, message } of requestProblems(plan, members))
      reporter.at(positions, [...(paths.get(step) ?? []), ...PLACES.subject], 'PLAN_HIERARCHY', message);
    for (const { name, of, message } of hierarchyProblems(
      members,
      carriedCrls(carried),
      partitionUris(plan, carriedCrls(carried)),
    )) {
      const step = paths.get(world.certificates.get(name)?.step ?? '') ?? [];
      reporter.at(positions, [...step, ...PLACES[of]], 'PLAN_HIERARCHY', message);
    }
    for (const { name, isNew, message } of unpartitioned({ plan, world, carried }, members)) {
      const step = isNew ? world.certificates.get(name)?.step : lastPartition(world);
      const place = isNew ? PLACES.profile : ['with', 'partition'];
      if (step !== undefined && step !== null)
        reporter.at(positions, [...(paths.get(step) ?? []), ...place], 'PLAN_HIERARCHY', message);
    }
    for (const crl of world.crls.values()) {
      if (crl.step === null) continue;
      const issuer = there.get(crl.issuer);
      const step = stepsOf(plan).find((one) => one.key === crl.step);
      const key = keyAtHand(world, certificateAtHand(plan, world, crl.issuer)?.key ?? '');
      if (!issuer || !key) {
        whole = false;
        continue;
      }
      for (const { index: which, message } of decidedOutside(plan, step ?? { params: {} }, carried))
        reporter.at(positions, [...(paths.get(crl.step) ?? []), 'with', 'decisions', which], 'PLAN_NAME', message);
      const drafted = draftCrl(draft, step, { issuer, algorithm: key.algorithm, at, crls });
      if (drafted === undefined) {
        whole = false;
        continue;
      }
      const { request, added, context: lintedBy } = drafted;
      for (const { path, text } of drafted.problems)
        reporter.at(positions, [...(paths.get(crl.step) ?? []), 'with', ...path], 'PLAN_NAME', text);
      // An encoder refuses it then, and says so only when the CRL is proposed.
      const twice = request && added.length > 0 ? crlRequestProblems(request) : [];
      for (const text of twice)
        reporter.at(positions, [...(paths.get(crl.step) ?? []), 'with', 'decisions'], 'PLAN_NAME', text);
      const tbsCertList = request && (await encoded(issue.tbsCertList(request)));
      if (!tbsCertList) {
        whole = false;
        continue;
      }
      const context = { kind: 'root-crl' as const, plannedAt: at, issuer, ...lintedBy };
      report(crl.step, lint({ tbsCertList }, plan.rules, context, waiversOf(plan)));
      crls.set(crl.name, parseTbsCertList(tbsCertList));
    }
    const answers = lintAnswers(
      { plan, world, carried },
      there,
      crls,
      (certificate) => standIns.has(certificate.der),
      at,
    );
    for (const { step, of, message } of answers.problems)
      reporter.at(positions, [...(paths.get(step) ?? []), 'with', of], 'PLAN_HIERARCHY', message);
    for (const [step, result] of answers.results) report(step, result);
  }
  for (const [index, waiver] of waiversOf(plan).entries()) {
    for (const problem of waiverProblems([waiver], plan.rules, window[1], results)) {
      // What could not be linted may be what it waives.
      if (whole || problem.rule !== 'lint/waiver-unused')
        reporter.at(positions, ['waivers', index, 'rule'], 'PLAN_RULES', problem.message);
    }
  }
  return reporter.problems;
}

/** Of what earlier ceremonies made a CRL of this one is to blame, if anything here is. */
function lastPartition({ crls }: Pick<World, 'crls'>): string | null | undefined {
  return [...crls.values()].findLast(({ step, scope }) => step !== null && scope !== undefined)?.step;
}

function textOf(problem: LintProblem): string {
  return `${problem.severity} ${problem.rule}: ${problem.message}${problem.clause === '' ? '' : ` (${problem.clause})`}`;
}

/** The id of the rule that a problem of linting is about; undefined for other problems. */
export function ruleOf({ code, text }: Problem): string | undefined {
  return code === 'PLAN_LINT' ? / ([^ ]+): /.exec(text)?.[1] : undefined;
}
