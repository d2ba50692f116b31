import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { suggest } from './nearest.ts';
import type { Positions } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { STEP_NAMES } from './step-names.ts';
import { clip, itemsOf, makeReporter, memberOf, membersOf, textOf } from './tree.ts';

/** Types of inputs that this version reads, and what of each it does not hold it to yet. */
const NOT_HELD: Readonly<Record<string, readonly string[]>> = {
  csr: ['must-equal', 'sha256'],
  'csr-folder': ['must-equal'],
  certificate: ['must-equal', 'issuer'],
  crl: [],
  'issued-list': ['must-equal'],
  'revocation-list': ['must-equal'],
};

/**
 * What a script says that this version cannot do: whole parts once, at their key; a step type that is not known here.
 */
export function findUnsupported(
  script: Json,
  positions: Positions,
  knownSteps: ReadonlySet<string>,
): readonly Problem<ProblemCode>[] {
  const report = makeReporter(positions);
  for (const [name, input] of membersOf(memberOf(script, 'inputs'))) {
    const type = textOf(memberOf(input, 'type'));
    if (type !== undefined && !Object.hasOwn(NOT_HELD, type)) {
      report.atValue('SCRIPT_NOT_SUPPORTED', ['inputs', name, 'type'], `not supported yet: inputs of type ${type}`);
      continue;
    }
    const not = (NOT_HELD[type ?? 'csr'] ?? []).filter((key) => memberOf(input, key) !== undefined);
    for (const key of not)
      report.atKey('SCRIPT_NOT_SUPPORTED', ['inputs', name, key], `not supported yet: ${key} of an input`);
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
