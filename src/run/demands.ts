import type { Plan } from '../plan/plan.ts';
import { setOf, setsToOpen } from '../plan/share-sets.ts';
import { newCustodians, openersFor } from '../quorum/share-set.ts';
import type { Event } from '../transcript/event.ts';

/*
 * Who must approve: so many people of the role, and of each share set that is opened so many custodians. Whoever came for
 * somebody else since a set was made holds no share of it. Pure.
 */

type Proposed = Extract<Event, { type: 'proposed' }>;

/** That many people of these must have approved. */
export interface Demand {
  readonly count: number;
  readonly among: readonly string[];
}

export interface Unmet extends Demand {
  readonly missing: number;
}

/**
 * Of each share set that is opened for a proposal: how many of its custodians that takes, and who they are. Of one that
 * replaces another those among them who have no share of that: nobody else has seen them open anything of this HSM.
 */
export function custodiansFor(
  plan: Pick<Plan, 'tokens' | 'acts' | 'uses'>,
  proposed: Proposed,
  events: readonly Event[],
): readonly Demand[] {
  const next = proposed.operation === 'rotate-activation' ? setOf(proposed).id : undefined;
  return setsToOpen(plan, proposed, events).flatMap(({ set }) => {
    const among = set.shares.map(({ seat }) => seat);
    if (set.id !== next) return [{ count: set.threshold, among }];
    const { holders } = proposed.descriptor['replaces'] as { readonly holders: readonly string[] };
    const fresh = newCustodians(set, holders);
    return [
      { count: openersFor(set.threshold, among.length), among },
      ...(fresh.length === 0 ? [] : [{ count: fresh.length, among: fresh }]),
    ];
  });
}

/**
 * How many people open a set that is to replace another, and are enough to open that one; none for anything else. As many
 * approve at least, whoever they are.
 */
export function openersOf(proposed: Proposed | undefined): number {
  if (proposed?.operation !== 'rotate-activation') return 0;
  const { threshold, shares } = setOf(proposed);
  const replaced = proposed.descriptor['replaces'] as { readonly threshold: number };
  return Math.max(openersFor(threshold, shares.length), replaced.threshold);
}

/** The demands that those who have approved do not meet. */
export function unmetBy(approved: readonly string[], demands: readonly Demand[]): readonly Unmet[] {
  return demands
    .map((demand) => ({
      ...demand,
      missing: demand.count - demand.among.filter((seat) => approved.includes(seat)).length,
    }))
    .filter(({ missing }) => missing > 0);
}

/** Who of these people to ask next: where as many custodians of a set are missing as people at all, only they. */
export function whoHelps(able: readonly string[], unmet: readonly Unmet[]): readonly string[] {
  const most = Math.max(...unmet.map(({ missing }) => missing));
  const useful = able.filter((seat) => unmet.some(({ among }) => among.includes(seat)));
  const best = useful.filter((seat) => unmet.every(({ missing, among }) => missing < most || among.includes(seat)));
  return best.length > 0 ? best : useful;
}
