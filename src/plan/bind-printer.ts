import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import type { Plan } from './plan.ts';

/** The kind of material that is a share on paper, one for each of its custodians. */
export const PAPER_SHARES = 'paper-share';

/**
 * Where shares are printed, as the site has it.
 * @returns empty where the script has no blank sheets for them, so that the plan of such a script has no word of a printer, and the guard no right to one
 */
export function bindPrinter({ materials }: Pick<Script, 'materials'>, site: Site | undefined): Pick<Plan, 'printer'> {
  const prints = Object.values(materials).some((one) => one.kind === PAPER_SHARES && one.arrives === 'blank');
  return prints && site?.printer !== undefined ? { printer: site.printer } : {};
}
