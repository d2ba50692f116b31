import { CeremonyError } from '../base/errors.ts';
import type { LintProblem, LintResult } from '../pki/lint.ts';

/**
 * Nothing that breaks a claimed rule is proposed.
 * @returns what was waived, for the record
 * @throws CeremonyError LINT_FAILED naming every broken rule
 */
export function requireCleanLint(result: LintResult): readonly LintProblem[] {
  if (result.problems.length > 0) {
    const list = result.problems.map((problem) => `${problem.rule} (${problem.clause}): ${problem.message}`).join('; ');
    throw new CeremonyError('LINT_FAILED', `the to-be-signed bytes break ${result.problems.length} rules: ${list}`);
  }
  return result.waived.map(({ rule, severity, clause, message }) => ({ rule, severity, clause, message }));
}
