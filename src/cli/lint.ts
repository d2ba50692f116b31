import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { EXIT } from '../base/errors.ts';
import { planFiles } from './planning.ts';

/** Lists all problems of a script, each with its place; exit 2 when one refuses it. */
export async function lintCommand(
  script: string,
  options: { readonly asOf?: string; readonly json?: boolean },
): Promise<number> {
  const planned = await planFiles({ script, at: options.asOf ?? systemClock.now(), issue: lazyIssue });
  if (options.json)
    process.stdout.write(`${JSON.stringify({ script: planned.script.sha256, problems: planned.problems })}\n`);
  else process.stdout.write(planned.printed);
  const refused = planned.planning.plan === undefined;
  if (!options.json && planned.problems.length === 0)
    process.stdout.write(`${script}: no problems (SHA-256 ${planned.script.sha256})\n`);
  return refused ? EXIT.refused : EXIT.done;
}
