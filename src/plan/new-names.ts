import type { Ledger } from '../ledger/ledger.ts';
import type { Path, Positions } from '../script/positions.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/**
 * The keys that a ceremony makes beside those that are there. A ledger tells keys apart by their names, and people and
 * scripts find them by their labels: either one twice, and nobody could say which key signed what, nor use it again.
 * @param ledger of the previous pack
 */
export function holdNewKeys(
  plan: Pick<Plan, 'acts'>,
  ledger: Pick<Ledger, 'keys'>,
  paths: ReadonlyMap<string, Path>,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const { key: step, makes, params } of stepsOf(plan)) {
    const made = makes['key'];
    if (made === undefined) continue;
    const say = (path: Path, message: string) =>
      reporter.at(
        positions,
        [...(paths.get(step) ?? []), ...path],
        'PLAN_NAME',
        message,
        'what a key is called stays its own, in every ceremony of this CA',
      );
    const named = ledger.keys.find(({ name }) => name === made);
    if (named)
      say(
        ['makes', 'key'],
        `the ledger of the previous pack has a key "${made}" already, labelled "${named.label}" and ${named.generatedAt === null ? 'adopted' : `made at ${named.generatedAt}`}`,
      );
    const labelled = ledger.keys.find(({ label }) => label === params['label']);
    if (labelled)
      say(
        ['with', 'label'],
        `the ledger of the previous pack has a key labelled "${labelled.label}" already, "${labelled.name}" on the HSM ${labelled.token}`,
      );
  }
}

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
