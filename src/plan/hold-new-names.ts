import type { Ledger } from '../ledger/ledger.ts';
import type { Path, Positions } from '../script/positions.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/**
 * Names of keys and certificates, and labels of keys, are used once in the life of a CA: by them later ceremonies find
 * what this one makes. CRLs have the name of the one before.
 */
export function holdNewNames(
  plan: Pick<Plan, 'acts'>,
  ledger: Ledger,
  paths: ReadonlyMap<string, Path>,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const { key, makes, params, operation } of stepsOf(plan)) {
    const say = (path: Path, text: string) =>
      reporter.at(positions, [...(paths.get(key) ?? []), ...path], 'PLAN_NAME', text);
    const taken = (kind: 'key' | 'certificate', of: readonly { readonly name: string }[]) => {
      const name = makes[kind];
      if (name !== undefined && of.some((one) => one.name === name))
        say(['makes', kind], `by the ledger of the previous pack the CA has a ${kind} "${name}" already`);
    };
    taken('key', ledger.keys);
    taken('certificate', ledger.certificates);
    const label = params['label'];
    if (operation === 'generate-key' && ledger.keys.some((one) => one.label === label))
      say(['with', 'label'], `by the ledger of the previous pack the CA has a key labelled "${String(label)}" already`);
  }
}
