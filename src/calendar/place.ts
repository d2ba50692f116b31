import { OWN_BOX } from '../ledger/custody.ts';
import type { Ledger, LedgerThing } from '../ledger/ledger.ts';
import { unitNamed } from '../ledger/media.ts';

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

/** Where it lies sealed; null where nobody says it, or it is open or destroyed. @param unit as the register calls it */
export function sealedAt(unit: string, ledger: Pick<Ledger, 'custody' | 'boxes'>): string | null {
  const thing = ledger.custody.find((one) => one.unit === unit);
  return thing?.state === 'sealed' ? placeOf(thing, ledger) : null;
}

/** Where a box of one's own is, by the word of the sites; null of one of which none said it: it is in as many places as there are persons. */
export function placeOf({ unit, place }: LedgerThing, { boxes = {} }: Pick<Ledger, 'boxes'>): string | null {
  return place === OWN_BOX ? (boxes[unit.slice(unit.indexOf('@') + 1)] ?? null) : place;
}
