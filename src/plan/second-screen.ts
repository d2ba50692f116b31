import type { JsonObject } from '../base/canonical-json.ts';
import type { Plan } from './plan.ts';

/** What a medium holds that goes to the auditor's computer in any case. */
const HOLDS = 'pack';

/** Media that would carry what is to be approved to the second screen, where the script names none. */
export function mediaForPack({ materials }: Pick<Plan, 'materials'>): readonly string[] {
  return materials.filter(({ kind, holds }) => kind === 'medium' && holds === HOLDS).map(({ name }) => name);
}

/**
 * The medium that carries what is to be approved to the second screen: the one that the step names, else the only one
 * that holds the pack. Undefined where there is no second screen, or nobody can say which medium it is.
 */
export function secondScreenMedium(plan: Pick<Plan, 'materials'>, params: JsonObject): string | undefined {
  if (params['second-screen'] === undefined) return undefined;
  if (typeof params['medium'] === 'string') return params['medium'];
  const [only, ...more] = mediaForPack(plan);
  return more.length === 0 ? only : undefined;
}
