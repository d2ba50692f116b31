import type { Ledger } from '../ledger/ledger.ts';
import type { Path, Positions } from '../script/positions.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/**
 * The name of a certificate is used once in the life of a CA: by it later ceremonies find what this one makes. CRLs have
 * the name of the one before.
 */
export function holdNewCertificates(
  plan: Pick<Plan, 'acts'>,
  { certificates }: Ledger,
  paths: ReadonlyMap<string, Path>,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const { key, makes } of stepsOf(plan)) {
    const name = makes['certificate'];
    if (name === undefined || !certificates.some((one) => one.name === name)) continue;
    const path = [...(paths.get(key) ?? []), 'makes', 'certificate'];
    const text = `the ledger of the previous pack has a certificate "${name}" already`;
    reporter.at(positions, path, 'PLAN_NAME', text);
  }
}
