import type { Ledger, LedgerShareSet } from './ledger.ts';
import { isDestroyed, unitNamed } from './media.ts';

type Known = Pick<Ledger, 'keys' | 'copies' | 'tokens'>;

/**
 * HSMs besides its own that may have the PIN which a share set gives: those that have a key which its HSM has or had, by their own signature
 * or as people say, since a copy by a vendor's means may have taken the PIN along. One that has share sets of its own has
 * the PIN of those.
 * @returns serials; of what people only say, what they call its holder
 */
export function mayHaveItsPin(
  { hsm }: Pick<LedgerShareSet, 'hsm'>,
  { keys, copies, tokens }: Known,
): readonly string[] {
  const places = keys.map(({ token, spkiSha256, destroyed }) => [
    { token, destroyed },
    ...copies.filter((copy) => copy.spkiSha256 === spkiSha256),
  ]);
  // A key that was destroyed there was there, and may have been copied before.
  const others = places.filter((there) => there.some(({ token }) => token === hsm)).flat();
  const hasItsOwn = (serial: string) => tokens.some((token) => token.serial === serial && token.sets.length > 0);
  const left = others.flatMap(({ token, destroyed }) => (destroyed === undefined ? [token] : []));
  return [...new Set(left)].filter((serial) => serial !== hsm && !hasItsOwn(serial)).sort();
}

/**
 * The sets, with those void that are superseded and open nothing that the ledger knows. What is void stays so: a copy that is
 * made afterwards takes another PIN along.
 */
export function withVoid(sets: readonly LedgerShareSet[], known: Known): readonly LedgerShareSet[] {
  return sets.map((set) =>
    set.kind !== 'kek' && set.state === 'superseded' && mayHaveItsPin(set, known).length === 0
      ? { ...set, state: 'void' }
      : set,
  );
}

/**
 * The sets, with those of the security officer of an erased token void once every medium with their envelopes is destroyed: the
 * token keeps that PIN, and while somebody can put it together, the set is not void.
 */
export function withoutOfficers(
  sets: readonly LedgerShareSet[],
  { tokens, custody }: Pick<Ledger, 'tokens' | 'custody'>,
): readonly LedgerShareSet[] {
  const isErased = (serial: string) => tokens.some((token) => token.serial === serial && token.sets.length === 0);
  return sets.map((set) => {
    const media = Object.keys(set.envelopes);
    const isGone = media.length > 0 && media.every((medium) => isDestroyed(unitNamed(medium), { custody }));
    return set.kind === 'so' && isErased(set.hsm) && isGone ? { ...set, state: 'void' } : set;
  });
}
