import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { EXIT } from '../base/errors.ts';
import { planFiles } from './planning.ts';

/** Plans a script with its site and prints, for the supervisor, what it must know before the ceremony begins. */
export async function printBinding(script: string, site: string): Promise<number> {
  const { planning, printed } = await planFiles({ script, site, at: systemClock.now(), issue: lazyIssue });
  process.stderr.write(printed);
  const { plan } = planning;
  if (!plan) return EXIT.refused;
  process.stdout.write(`${JSON.stringify({ mode: plan.mode, media: Object.values(plan.media).flat() })}\n`);
  return EXIT.done;
}
