import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { suggest } from './nearest.ts';
import type { Positions } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { STEP_NAMES } from './step-names.ts';
import { clip, itemsOf, makeReporter, memberOf, textOf } from './tree.ts';

/** Parts of a script that this version reads and does not run. */
const PARTS = ['inputs'] as const;

/**
 * What a script says that this version cannot do: whole parts once, at their key; a step type that is not known here.
 */
export function findUnsupported(
  script: Json,
  positions: Positions,
  knownSteps: ReadonlySet<string>,
): readonly Problem<ProblemCode>[] {
  const report = makeReporter(positions);
  for (const part of PARTS) {
    const value = memberOf(script, part);
    const size = value !== null && typeof value === 'object' ? Object.keys(value).length : 0;
    if (size > 0) report.atKey('SCRIPT_NOT_SUPPORTED', [part], `not supported yet: ${part}`);
  }
  for (const [actIndex, act] of itemsOf(memberOf(script, 'acts')).entries()) {
    for (const [stepIndex, step] of itemsOf(memberOf(act, 'steps')).entries()) {
      const type = textOf(memberOf(step, 'step'));
      if (type === undefined || knownSteps.has(type)) continue;
      const path = ['acts', actIndex, 'steps', stepIndex, 'step'];
      if ((STEP_NAMES as readonly string[]).includes(type)) {
        report.atValue('SCRIPT_NOT_SUPPORTED', path, `not supported yet: step ${type}`);
      } else {
        const hint = suggest(type, [...new Set([...knownSteps, ...STEP_NAMES])].sort());
        report.atValue('STEP_UNKNOWN', path, `there is no step type "${escapeForeign(clip(type))}"`, hint);
      }
    }
  }
  return report.problems;
}
