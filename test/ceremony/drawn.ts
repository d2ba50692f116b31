import type { KillPoint } from './kill-points.ts';

/** QUORATE_SEED=S draws what was drawn at random again. */
export const SEED = Number(process.env['QUORATE_SEED'] ?? Date.now() % 2 ** 31);

/** Park and Miller's generator: the same seed draws the same points. */
export function drawing(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** One point of every so many kinds, in the middle of its kind, so that early and late ones of a kind are met. */
export function spread(points: readonly KillPoint[], count: number): KillPoint[] {
  const groups = [...Map.groupBy(points, (point) => point.group).values()];
  const every = groups.length / Math.min(count, groups.length);
  return Array.from({ length: Math.min(count, groups.length) }, (_, index) => {
    const group = groups[Math.floor((index + 0.5) * every)] as KillPoint[];
    return group[Math.floor(group.length / 2)] as KillPoint;
  });
}
