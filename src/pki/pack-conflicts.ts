import type { Rule } from './rule.ts';

/** Two rules that no certificate keeps together, and the packs that they are of. */
export interface PackConflict {
  readonly rules: readonly [string, string];
  readonly packs: readonly [string, string];
}

/**
 * The contradictions that a certificate has met: of the rules that speak of it, pairs that say of each other that nothing
 * keeps both, and of which it breaks one. Whoever mends that one breaks the other.
 * @param applied the rules in force that speak of the certificate
 * @param broken ids of those among them that it breaks
 */
export function packConflicts(applied: readonly Rule[], broken: ReadonlySet<string>): PackConflict[] {
  const known = new Set(applied.map(({ id }) => id));
  return applied.flatMap(({ id, conflicts = [] }) =>
    conflicts
      .filter((other) => known.has(other) && (broken.has(id) || broken.has(other)))
      .map((other) => ({ rules: [id, other] as const, packs: [packOf(id), packOf(other)] as const })),
  );
}

function packOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
