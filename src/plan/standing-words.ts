import { escapeForeign } from '../base/text.ts';
import type { PlannedToken, PlannedUse } from './plan.ts';

/** An HSM as earlier ceremonies left it, for people: what, and a line for each of it. */
export function standingWords({
  serial,
  holds = [],
  sets = [],
  means,
}: PlannedToken): readonly (readonly [what: string, lines: readonly string[]])[] {
  const keys = holds.map(({ name, label }) => `"${name}", labelled "${escapeForeign(label)}"`);
  const shares = sets.map(
    ({ id, kind, threshold, shares: of }) =>
      `${kind === 'user' ? 'user' : 'security officer'}: ${threshold} of ${of.length}, set ${id}`,
  );
  return [
    ['Serial number', [serial ?? 'none']],
    ['Keys on it', keys.length === 0 ? ['none'] : keys],
    ['Opened by', shares.length === 0 ? [means] : shares],
  ];
}

/** What people must know of something that no ceremony of this CA has made; empty for what one has. */
export function provenanceWords({ kind, provenance }: Pick<PlannedUse, 'kind' | 'provenance'>): readonly string[] {
  if (provenance === undefined) return [];
  return [
    kind === 'key'
      ? 'adopted: it has signed that it was on its HSM; no record says how it was made, nor where else it is'
      : 'adopted: its signature is shown to be that of the key; no record says how it was made',
  ];
}
