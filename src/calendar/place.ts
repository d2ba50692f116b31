import type { LedgerThing } from '../ledger/ledger.ts';
import { unitNamed } from '../ledger/media.ts';

/** What a script calls a box of each person's own: it is as many places as there are persons. */
export const OWN_BOX = 'own-box';

/**
 * What is to be said of media that all hold the same, and of which fewer than two are left, and not lost, or that lie in one place; null where
 * nothing is, also of places of which custody says nothing.
 * @param media as they are called where they are written; @param held what is on each, for the sentence
 */
export function inOnePlace(media: readonly string[], custody: readonly LedgerThing[], held: string): string | null {
  const units = media.map(unitNamed);
  const things = custody.filter(({ unit }) => units.includes(unit));
  const left = things.filter(({ state }) => state !== 'destroyed' && state !== 'lost');
  const count = units.length - (things.length - left.length);
  if (units.length > 0 && count < 2) return `${count === 0 ? 'no medium' : 'one medium'} with ${held} is left`;
  const at = left.flatMap(({ state, place }) => (state === 'sealed' && place !== null ? [place] : []));
  if (left.length < 2 || at.length < count || new Set(at).size > 1) return null;
  return `every medium with ${held} lies in one place, ${at[0]}`;
}

/** Where it lies sealed; null where custody does not say, or it is open or destroyed. @param unit as the register calls it */
export function sealedAt(unit: string, custody: readonly LedgerThing[]): string | null {
  const thing = custody.find((one) => one.unit === unit);
  return thing?.state === 'sealed' ? thing.place : null;
}
