import type { Plan } from '../plan/plan.ts';
import { setOf, setsToOpen } from '../plan/share-sets.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import { isSealedTo, lastingHolders, newCustodians, openersFor, type ShareRecord } from '../quorum/share-set.ts';
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
 * replaces another those among them who have no share of that: nobody else has seen them open anything of this HSM. Whoever has
 * another token since a set was sealed has lost their share of it, unless it can be typed.
 * @param roster the one in force
 */
export function custodiansFor(
  plan: Pick<Plan, 'tokens' | 'acts' | 'uses'>,
  proposed: Proposed,
  events: readonly Event[],
  roster: Roster,
): readonly Demand[] {
  const next = proposed.operation === 'rotate-activation' ? setOf(proposed).id : undefined;
  const sets = setsToOpen(plan, proposed, events);
  return sets.flatMap(({ set }) => {
    const isTyped = proposed.operation === 'unwrap-key' && set.kind === 'kek';
    const among = set.shares.flatMap((share) => (isTyped || !hasLost(share, roster) ? [share.seat] : []));
    if (set.id !== next) return [{ count: set.threshold, among }];
    const { id } = proposed.descriptor['replaces'] as { readonly id: string };
    const replaced = sets.find((one) => one.set.id === id)?.set;
    const fresh = newCustodians(set, replaced ? lastingHolders(replaced, set) : []);
    return [
      { count: openersFor(set.threshold, among.length), among },
      ...(fresh.length === 0 ? [] : [{ count: fresh.length, among: fresh }]),
    ];
  });
}

/** Whether whoever is on the roster has other tokens there than the share is sealed to. */
export function hasLost(share: ShareRecord, roster: Roster): boolean {
  const tokens = memberOf(roster, share.seat)?.tokens ?? [];
  return tokens.length > 0 && !isSealedTo(share, tokens);
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
