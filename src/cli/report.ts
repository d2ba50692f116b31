import { openPackFolder } from '../adapters/pack-folder.ts';
import { EXIT } from '../base/errors.ts';
import { kindOf } from '../pack/layout.ts';

/** Renders a pack's report again, to standard output: the core alone writes no file. */
export async function reportCommand(path: string): Promise<number> {
  const { renderReport } = await import('../report/report.ts');
  const pdf = await renderReport(openPackFolder(path, (inside) => kindOf(inside)?.limit));
  process.stdout.write(pdf);
  return EXIT.done;
}
