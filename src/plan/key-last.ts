import { isKeyOn } from './key-places.ts';
import { usedKey } from './known.ts';
import type { PlanHead } from './plan.ts';
import type { World, WorldKey } from './world.ts';

/**
 * Whether it is known where else a key is: of one that earlier ceremonies made, the ledger alone says it. While a script is held
 * to no ledger, it is taken at its word.
 */
export function arePlacesKnown(key: WorldKey, plan: Pick<PlanHead, 'uses'>): boolean {
  const used = usedKey(plan, key.name);
  return used === undefined || used.remains !== undefined;
}

/** Where else a key is, as messages say it: on HSMs here by the plan, and on others by the ledger. */
export function placesOfKey(
  key: WorldKey,
  token: string,
  world: Pick<World, 'tokens'>,
  plan: Pick<PlanHead, 'uses'>,
): readonly string[] {
  const here = [...world.tokens.keys()].filter((one) => one !== token && isKeyOn(key, one, world));
  const elsewhere = usedKey(plan, key.name)?.remains?.elsewhere ?? key.elsewhere ?? [];
  return [...here.map((one) => `"${one}"`), ...elsewhere.map((serial) => `the HSM with serial ${serial}`)];
}
