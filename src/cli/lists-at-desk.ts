import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { MAX_LIST_BYTES } from '../pki/revocation-list.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanReporter } from '../plan/reporter.ts';
import type { Problem } from '../script/problem.ts';
import type { ScriptReading } from '../script/read-script.ts';
import { listAtDesk } from '../steps/list-at-desk.ts';
import { readInput } from './input.ts';

/** What the revocation lists that lie on their media already say, in a sentence each, and what a ceremony would refuse of them. */
export interface ListsAtDesk {
  readonly said: readonly string[];
  readonly problems: readonly Problem[];
}

/** @param carried files of the pack before, by path @param now UTC */
export function listsAtDesk(
  plan: Plan,
  { positions }: Pick<ScriptReading, 'positions'>,
  carried: ReadonlyMap<string, Uint8Array>,
  now: string,
): ListsAtDesk {
  const reporter = new PlanReporter();
  const said: string[] = [];
  for (const [name, { type, on, file }] of Object.entries(plan.inputs ?? {})) {
    const at = plan.media[on]?.map((folder) => join(folder, file)).find((path) => existsSync(path));
    if (type !== 'revocation-list' || at === undefined) continue;
    try {
      const bytes = readInput(at, 'revocation list', MAX_LIST_BYTES);
      const taken = listAtDesk(name, plan, wholeOf(bytes), carried, now);
      said.push(
        taken?.said ?? `The list "${name}" lies on "${on}"; it is judged in the ceremony, by what comes before it.`,
      );
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      const hint = `as it lies at "${at}"; the ceremony would refuse it when it is read`;
      reporter.atKey(positions, ['inputs', name], 'PLAN_FILE', error.message, hint);
    }
  }
  return { said, problems: reporter.problems };
}
