import type { Site } from '../script/site.ts';
import type { Plan } from './plan.ts';

/**
 * The one cable that a network HSM hangs on, by module; nothing else of a network is there.
 * @returns empty where no module has one, so that the plan of such a site has no word of it
 */
export function bindNetwork(site: Site | undefined): Pick<Plan, 'network'> {
  const bound = Object.entries(site?.modules ?? {}).flatMap(([module, { network }]) =>
    network === undefined || network === 'none' ? [] : [[module, { ...network }] as const],
  );
  return bound.length === 0 ? {} : { network: Object.fromEntries(bound) };
}
