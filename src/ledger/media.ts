import type { Ledger } from './ledger.ts';

/** Media are named `envelopes 1` where they are written, and `envelopes.1` in the custody register. */
export function unitNamed(medium: string): string {
  return medium.replace(/ (?=[0-9]+$)/, '.');
}

/** Whether the custody register has it as destroyed. @param unit as the register calls it */
export function isDestroyed(unit: string, { custody }: Pick<Ledger, 'custody'>): boolean {
  return custody.some((thing) => thing.unit === unit && thing.state === 'destroyed');
}

/**
 * What a medium or page of that name still holds of a CA: envelopes and printed shares of sets that may open something, wrapped
 * keys, and files that hold keys. Empty where it holds none, or is destroyed.
 * @param unit as the custody register calls it
 * @returns in words, in the order of the ledger
 */
export function heldOn(
  unit: string,
  ledger: Pick<Ledger, 'custody' | 'shareSets' | 'backups' | 'keyFiles'>,
): readonly string[] {
  if (isDestroyed(unit, ledger)) return [];
  const sets = ledger.shareSets.filter(
    ({ state, envelopes }) => state !== 'void' && Object.keys(envelopes).some((medium) => unitNamed(medium) === unit),
  );
  const wrapped = (ledger.backups ?? []).filter(
    ({ state, media }) => state !== 'destroyed' && media.some((medium) => unitNamed(medium) === unit),
  );
  return [
    ...sets.map(({ id }) => `envelopes of the share set ${id}`),
    ...wrapped.map(({ file }) => `the wrapped key ${file}`),
    ...ledger.shareSets
      .filter(({ state, paper = [] }) => state !== 'void' && paper.some((page) => page.unit === unit))
      .map(({ id }) => `a share of the set ${id} on paper`),
    ...(ledger.keyFiles ?? [])
      .filter(({ keys, media }) => keys.length > 0 && media.some((medium) => unitNamed(medium) === unit))
      .map(({ module }) => `files that hold keys of the module ${module}`),
  ];
}
