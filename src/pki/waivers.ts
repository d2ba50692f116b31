import type { LintProblem, LintResult } from './lint.ts';
import { RULE_PACKS } from './rule-packs.ts';

/** A script's decision to break one rule, with its reason. */
export type Waiver = {
  /** Id of the rule. */
  readonly rule: string;
  readonly why: string;
  readonly owner: string;
  /** Last day (`YYYY-MM-DD`, UTC) of signing on which it counts. */
  readonly until: string;
};

/**
 * What is wrong with a script's waivers once everything that it makes has been linted: one that names no rule of
 * the packs, that has lapsed on the planned day, or that waived nothing.
 */
export function waiverProblems(
  waivers: readonly Waiver[],
  packs: readonly string[],
  plannedAt: string,
  results: readonly LintResult[],
): LintProblem[] {
  const known = new Set(packs.flatMap((name) => RULE_PACKS.get(name)?.rules ?? []).map((rule) => rule.id));
  const used = new Set(results.flatMap(({ waived }) => waived).map(({ rule }) => rule));
  const day = plannedAt.slice(0, 10);
  const seen = new Set<string>();
  return waivers.flatMap(({ rule, until }) => {
    const twice = seen.has(rule);
    seen.add(rule);
    if (twice) return [problem('lint/waiver-repeated', `the rule "${rule}" is waived twice`)];
    if (!known.has(rule))
      return [problem('lint/waiver-unknown', `the waiver names "${rule}", which is no rule of the named packs`)];
    if (until < day)
      return [problem('lint/waiver-expired', `the waiver of "${rule}" ended on ${until}, before ${day}`)];
    if (!used.has(rule)) return [problem('lint/waiver-unused', `the waiver of "${rule}" waives nothing`)];
    return [];
  });
}

function problem(rule: string, message: string): LintProblem {
  return { rule, severity: 'error', clause: '', message };
}
