import type { Positions } from '../script/positions.ts';
import type { Site } from '../script/site.ts';
import type { Plan, PlannedToken } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/** A key that is a file is lost with its only copy: each goes on as many media as a set of envelopes does. */
const LEAST_COPIES = 2;

/**
 * Where the modules of the script's HSMs keep keys as files of this computer, as the site has it.
 * @returns empty where none does, so that the plan of such a site has no word of it
 */
export function bindKeyFiles(
  site: { readonly site: Site; readonly positions: Positions } | undefined,
  tokens: readonly PlannedToken[],
  reporter: PlanReporter,
): Pick<Plan, 'keyFiles'> {
  const used = new Set(tokens.map(({ module }) => module));
  const bound = Object.entries(site?.site.modules ?? {}).flatMap(([module, { 'key-files': place }]) =>
    place === undefined || place === 'none' || !used.has(module) ? [] : [[module, place] as const],
  );
  for (const [module, { 'kept-on': medium }] of bound) {
    const copies = site?.site.media[medium]?.length ?? 0;
    if (site && copies < LEAST_COPIES)
      reporter.at(
        site.positions,
        ['modules', module, 'key-files', 'kept-on'],
        'PLAN_MEDIUM',
        `the key files of "${module}" are kept on ${copies} media "${medium}", expected ${LEAST_COPIES} or more`,
      );
  }
  if (bound.length === 0) return {};
  return {
    keyFiles: Object.fromEntries(bound.map(([name, at]) => [name, { folder: at.folder, keptOn: at['kept-on'] }])),
  };
}
