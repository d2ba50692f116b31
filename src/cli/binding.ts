import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { EXIT } from '../base/errors.ts';
import { planFiles } from './planning.ts';
import { previousManifest } from './previous-pack.ts';

/** Plans a script with its site and prints, for the supervisor, what it must know before the ceremony begins. */
export async function printBinding(script: string, site: string): Promise<number> {
  const {
    planning,
    printed,
    site: reading,
  } = await planFiles({ script, site, at: systemClock.now(), issue: lazyIssue });
  process.stderr.write(printed);
  const { plan } = planning;
  if (!plan || !reading?.site) return EXIT.refused;
  const previous = previousManifest(reading.site, site);
  const binding = {
    mode: plan.mode,
    media: Object.values(plan.media).flat(),
    keyFiles: Object.values(plan.keyFiles ?? {}).map(({ folder }) => folder),
    previous,
    printer: plan.printer ?? null,
  };
  process.stdout.write(`${JSON.stringify(binding)}\n`);
  return EXIT.done;
}
