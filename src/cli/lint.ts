import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { EXIT } from '../base/errors.ts';
import { ruleChanges } from '../plan/rule-changes.ts';
import { type PlannedFiles, planFiles } from './planning.ts';

/**
 * Lists all problems of a script, each with its place, and with `--as-of` a later time the rules that judge it otherwise
 * then; exit 2 when a problem refuses it.
 */
export async function lintCommand(
  script: string,
  options: { readonly asOf?: string; readonly json?: boolean },
): Promise<number> {
  const now = systemClock.now();
  const planned = await planFiles({ script, at: options.asOf ?? now, issue: lazyIssue });
  const changes =
    options.asOf !== undefined && options.asOf > now ? await changesUntil(planned, script, now, options.asOf) : [];
  if (options.json) {
    const { problems } = planned;
    process.stdout.write(`${JSON.stringify({ script: planned.script.sha256, problems, changes })}\n`);
  } else {
    process.stdout.write(planned.printed);
    for (const { day, rule, clause, change } of changes)
      process.stdout.write(`${script}: from ${day} another rule judges it: ${rule} ${change} (${clause})\n`);
  }
  const refused = planned.planning.plan === undefined;
  if (!options.json && planned.problems.length === 0)
    process.stdout.write(`${script}: no problems (SHA-256 ${planned.script.sha256})\n`);
  return refused ? EXIT.refused : EXIT.done;
}

/** Which rules judge the script otherwise on the day of the ceremony than today. */
async function changesUntil(planned: PlannedFiles, script: string, now: string, then: string) {
  const packs = planned.script.script?.rules ?? [];
  const today = await planFiles({ script, at: now, issue: lazyIssue });
  return ruleChanges(packs, [now, then], today.problems, planned.problems);
}
