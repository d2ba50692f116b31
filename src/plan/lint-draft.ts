import { CeremonyError } from '../base/errors.ts';
import { type LintProblem, type LintResult, lint } from '../pki/lint.ts';
import type { CertificateRequest } from '../pki/request.ts';
import { waiverProblems } from '../pki/waivers.ts';
import type { Issue } from '../ports.ts';
import type { Path, Positions } from '../script/positions.ts';
import type { Problem } from '../script/problem.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate } from '../x509/model.ts';
import { firstCrlRequest } from './issuing.ts';
import { waiversOf } from './make-plan.ts';
import { type Plan, stepsOf } from './plan.ts';
import { PlanReporter } from './reporter.ts';
import type { World, WorldCertificate } from './world.ts';

export interface Draft {
  readonly plan: Plan;
  readonly world: World;
  readonly paths: ReadonlyMap<string, Path>;
}

/**
 * Lints every certificate and CRL that a plan will make, with a stand-in key of the same type and a placeholder
 * serial, at both ends of the window in which it may be proposed. What is filled in later is linted again then.
 */
export async function lintDraft(
  draft: Draft,
  positions: Positions,
  issue: Issue,
  window: readonly [string, string],
): Promise<readonly Problem[]> {
  const { plan, world, paths } = draft;
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
  for (const certificate of world.certificates.values()) {
    if (certificate.step === null) continue;
    for (const [index, at] of window.entries()) {
      const issuer = await standIn(certificate, index, issue);
      if (!issuer) {
        whole = false;
        continue;
      }
      report(
        certificate.step,
        lint({ certificate: issuer.der }, plan.rules, { kind: 'root-ca', plannedAt: at }, waiversOf(plan)),
      );
      for (const crl of world.crls.values()) {
        if (crl.step === null || crl.issuer !== certificate.name) continue;
        const step = stepsOf(plan).find((one) => one.key === crl.step);
        const identity = {
          name: issuer.subject.der,
          keyIdentifier: subjectKeyIdentifier(issuer.extensions) ?? new Uint8Array(),
        };
        const { keyAlgorithm } = certificate.requests[index] as CertificateRequest;
        const { request } = firstCrlRequest(plan, step?.params as never, identity, keyAlgorithm, at);
        const tbsCertList = request && (await encoded(issue.tbsCertList(request)));
        if (!tbsCertList) {
          whole = false;
          continue;
        }
        report(
          crl.step,
          lint(
            { tbsCertList },
            plan.rules,
            { kind: 'root-crl', plannedAt: at, issuer, previous: undefined },
            waiversOf(plan),
          ),
        );
      }
    }
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

async function standIn(certificate: WorldCertificate, index: number, issue: Issue): Promise<Certificate | undefined> {
  const request = certificate.requests[index];
  const der = request && (await encoded(issue.standIn(request)));
  return der && parseCertificate(der);
}

/** A request that cannot be encoded has been reported by the simulation, at its parameter. */
async function encoded(making: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await making;
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

function textOf(problem: LintProblem): string {
  return `${problem.severity} ${problem.rule}: ${problem.message}${problem.clause === '' ? '' : ` (${problem.clause})`}`;
}
